() => {
  // Survey the content of a page of an unknown store: structured data, links, forms, product cards, choices, the cart, a consent banner.
  const found = [];
  Object.defineProperty(window, Symbol.for('harness found'), {value: found, configurable: true, writable: true});
  const add = (element) => found.push(element) - 1;
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const MAX_ITEMS = 400;
  const squeeze = (text) => text.replace(/\s+/g, ' ').trim();
  const words = (element) => squeeze(element.innerText || element.textContent || '').slice(0, 200);
  const named = (element) => element.getAttribute('aria-label') || element.title || '';
  const label = (element) => {
    const picture = element.querySelector('img[alt], svg[aria-label], svg title');
    return words(element) || named(element) || (element.tagName === 'INPUT' && element.value)
      || (picture && (picture.alt || named(picture) || words(picture))) || '';
  };
  const classOf = (element) => element.getAttribute('class') || '';
  const marks = (element) => squeeze([element.id, element.getAttribute('name'), classOf(element), element.rel, named(element),
    ...['data-testid', 'data-test', 'data-action', 'role'].map((name) => element.getAttribute(name))].filter(Boolean).join(' '));
  const isVisible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
  };
  // Whether it is also on the screen and not transparent: a closed drawer often waits outside the screen.
  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    const isDrawn = !element.checkVisibility || element.checkVisibility({opacityProperty: true, visibilityProperty: true});
    return isVisible(element) && isDrawn && box.right > 1 && box.left < innerWidth - 1;
  };
  const around = (element) => {
    const names = [];
    for (let outer = element.parentElement; outer && outer !== document.body && names.length < 5; outer = outer.parentElement) names.push(marks(outer));
    return names.join(' ').slice(0, 400);
  };

  const types = [];
  const targets = [];
  const currencies = new Set();
  const visit = (node) => {
    if (Array.isArray(node)) { node.forEach(visit); return }
    if (!node || typeof node !== 'object') return;
    const type = [].concat(node['@type'] || []).map((name) => String(name).replace(/^.*[/#:]/, ''));
    types.push(...type);
    if (type.includes('SearchAction')) targets.push(String(Object(node.target).urlTemplate || node.target || ''));
    if (node.priceCurrency) currencies.add(String(node.priceCurrency));
    for (const key of ['@graph', 'mainEntity', 'potentialAction', 'hasVariant', 'offers', 'itemListElement', 'item']) visit(node[key]);
  };
  for (const script of all('script[type="application/ld+json"]')) {
    try { visit(JSON.parse(script.textContent)) } catch { }
  }
  for (const item of all('[itemscope][itemtype]')) types.push(item.getAttribute('itemtype').replace(/^.*[/#]/, ''));
  for (const item of all('[itemprop=priceCurrency], meta[property$="price:currency"]')) currencies.add(item.content || words(item));
  const og = document.querySelector('meta[property="og:type"]');

  const SIGNS = '[$€£¥₹₩₽₺₴]|\\b(?:USD|EUR|GBP|CHF|PLN|CZK|SEK|NOK|DKK|AUD|CAD|INR|JPY|kr|zł|Kč|Ft|lei)(?![a-z])';
  const PRICE = new RegExp(`(?:${SIGNS})\\s?\\d|\\d[\\d.,]*\\s?(?:${SIGNS})`);
  const PRICES = new RegExp(`(?:from |ab |à partir de )?(?:(?:US|CA|AU|NZ|[A-Z])?(?:${SIGNS})\\s?\\d[\\d.,'’]*|\\d[\\d.,'’]*\\s?(?:${SIGNS})(?!\\s?\\d))`, 'gi');
  const withoutPrices = (text) => squeeze(text.replace(PRICES, ' ')).replace(/^[\s–|·:-]+|[\s–|·:-]+$/g, '');
  const pageText = document.body ? document.body.innerText || '' : '';
  const money = pageText.match(new RegExp(`(?:[A-Z]{1,3})?(?:${SIGNS})\\s?\\d|\\d\\s?(?:${SIGNS})(?!\\s?\\d)`, 'g')) || [];
  const signs = [...new Set(money.map((text) => squeeze(text.replace(/\d/g, ''))))];

  const BREADCRUMB = '[class*=breadcrumb i], [id*=breadcrumb i], [aria-label*=breadcrumb i], [itemtype*=BreadcrumbList]';
  const NO_CARD = 'nav, header:not(article header, li header), footer:not(article footer, li footer), [role=navigation], ' + BREADCRUMB;
  const once = (answer) => { const known = new Map(); return (key) => { if (!known.has(key)) known.set(key, answer(key)); return known.get(key) } };
  const hasPrice = once((box) => PRICE.test(box.textContent || ''));
  const isOffer = once((box) => (box.matches('a[href]') || box.querySelector('a[href]') !== null) && hasPrice(box));
  const isAlike = (one, other) => one.tagName === other.tagName && (one.classList.length + other.classList.length === 0 || Array.from(one.classList).some((name) => other.classList.contains(name)));
  // A box of one product among several: a box next to it is like it, with a link and a price of its own.
  const isRepeated = once((box) => isOffer(box) && Array.from(box.parentElement.children).some((other) => other !== box && isAlike(box, other) && isOffer(other)));
  const hasRepeated = once((box) => Array.from(box.children).some((inner) => isRepeated(inner) || hasRepeated(inner)));
  // The address of a page; the routes of hash routers belong to it.
  const pageOf = (link) => link.href.replace(/#(?!!?\/).*$/, '');
  const routeOf = (place) => { const route = /^#!?(\/[^?]*)/.exec(place.hash); return route ? route[1] : place.pathname };
  const hrefs = once((box) => new Set(all('a[href]', box).map(pageOf)).size);
  const cardOf = once((element) => {
    if (element.closest(NO_CARD)) return null;
    for (let box = element, depth = 0; box && box !== document.body && depth < 7; box = box.parentElement, depth++) {
      if (box.matches('main') || box.querySelector('h1, nav, main') || hrefs(box) > 6 || hasRepeated(box)) return null;
      if (isOffer(box) && (isRepeated(box) || box.querySelector('img, picture, svg'))) return box;
    }
    return null;
  });
  // Whether the button belongs to a card that links to another page: one of several products, not the page's own.
  const isOnCard = (button) => {
    const box = cardOf(button);
    return box !== null && all('a[href]', box).some((link) => routeOf(link) !== routeOf(location)
      && /^https?:/.test(link.protocol) && !/\.(?:jpe?g|png|webp|gif|avif|svg)$/i.test(link.pathname)
      && (link.querySelector('img, picture') || isRepeated(box)));
  };
  const area = (element) => {
    if (element.closest(BREADCRUMB)) return 'breadcrumb';
    const box = element.closest('nav, header, footer, main, [role=navigation], [role=banner], [role=contentinfo], [role=main]');
    if (!box) return '';
    const name = box.getAttribute('role') || box.tagName.toLowerCase();
    return {navigation: 'nav', banner: 'header', contentinfo: 'footer'}[name] || name;
  };

  const CART = /(?:^|[^a-z])(?:mini-?)?(?:cart|basket|bag|trolley)(?![a-z]*on)|warenkorb|panier|carrito|cesta|carrello|winkelwagen|winkelmand|koszyk|varukorg|minicart|shoppingcart/i;
  const LAYERS = 'dialog, [role=dialog], [aria-modal=true], [class*=drawer i], [class*=offcanvas i], [class*=minicart i], [class*=mini-cart i], [class*=modal i], [class*=popup i], [class*=flyout i], [class*=dropdown i], aside, [id*=cart i], [class*=cart i], [class*=basket i]';
  const CONTENT = /\bempty\b|\bleer\b|\bvide\b|vac[ií]|vuot|\bleeg\b|check-?\s?out|kasse|commander|tramitar|cassa|afrekenen/i;
  const isAbove = (element) => element.matches('dialog, [role=dialog], [aria-modal=true]')
    || [element, element.parentElement, element.firstElementChild].some((box) => box && ['fixed', 'absolute'].includes(getComputedStyle(box).position));
  const isLayer = (element) => isShown(element) && element.getBoundingClientRect().height > 120 && element.querySelector('a[href], button') && !element.querySelector('h1, main')
    && CART.test(words(element)) && (PRICE.test(words(element)) || CONTENT.test(words(element))) && isAbove(element);
  const layer = all(LAYERS).filter(isLayer).sort((one, other) => other.contains(one) - one.contains(other))[0] || null;
  const inLayer = (element) => layer !== null && layer.contains(element);

  // The product's name on a card: its heading or a link named so, without prices.
  const nameOn = (box, link) => {
    const heading = box.querySelector('h2, h3, h4, h5, [itemprop=name], [class*=name i], [class*=title i]');
    const picture = link.querySelector('img[alt]');
    return [heading && words(heading), label(link), picture && picture.alt].map((text) => withoutPrices(text || '')).find(Boolean) || '';
  };
  const links = all('a[href]').filter((link) => /^https?:/.test(link.protocol)).slice(0, MAX_ITEMS).map((link) => {
    const box = cardOf(link);
    return {
      n: add(link), url: link.href, text: label(link), area: area(link), card: box !== null, name: box ? nameOn(box, link) : '',
      marks: marks(link), around: around(link), layer: inLayer(link), visible: isVisible(link), shown: isShown(link),
    };
  });

  const formOf = (element) => element.form ? Array.from(document.forms).indexOf(element.form) : -1;
  const searchOf = (input, form) => ({
    n: add(input), form: formOf(input), action: form ? form.action : '', method: form ? form.method : '', name: input.name, visible: isShown(input), type: input.type,
    marks: squeeze(`${form ? marks(form) : around(input)} ${form ? form.getAttribute('action') || '' : ''} ${marks(input)} ${input.placeholder || ''}`),
  });
  const FIELD = 'input[type=search], input[type=text], input:not([type])';
  const searches = all('form').slice(0, 60).map((form) => [form.querySelector(FIELD), form]).filter(([input]) => input).map(([input, form]) => searchOf(input, form));
  searches.push(...all(FIELD).filter((input) => !input.form && (input.type === 'search' || /search|suche|recherche|busca|cerca|zoek|szukaj/i.test(`${marks(input)} ${input.placeholder}`))).map((input) => searchOf(input, null)));

  const BUTTONS = 'button, summary, [role=option], [role=menuitem], [role=menuitemradio], input[type=submit], input[type=button], [role=button], a.button, a.btn, a[href^="#"]:not([href^="#/"]):not([href^="#!/"]), a[href^="javascript:"], a:not([href])';
  const buttonOf = (button) => ({
    n: add(button), text: label(button), visible: isVisible(button), shown: isShown(button), url: button.href || '', marks: marks(button), around: around(button), layer: inLayer(button),
    disabled: Boolean(button.disabled) || button.getAttribute('aria-disabled') === 'true', card: isOnCard(button), form: formOf(button), area: area(button),
  });
  const buttons = all(BUTTONS).slice(0, MAX_ITEMS).map(buttonOf);

  const labelsOf = (field) => Array.from(field.labels || [], words).join(' ');
  const fields = all('input, select, textarea').filter((field) => isVisible(field) && !field.disabled && !field.readOnly
    && !['hidden', 'submit', 'button', 'reset', 'image', 'checkbox', 'radio', 'file', 'search'].includes(field.type)).slice(0, MAX_ITEMS).map((field) => ({
    n: add(field), type: field.type, value: field.value, required: field.required || field.getAttribute('aria-required') === 'true', form: formOf(field),
    marks: `${field.name} ${field.id} ${field.autocomplete || ''} ${field.type} ${labelsOf(field)} ${field.placeholder || ''} ${field.getAttribute('aria-label') || ''}`,
    around: `${classOf(field)} ${around(field)}`, title: labelsOf(field) || named(field),
    options: field.tagName === 'SELECT' ? Array.from(field.options).slice(0, MAX_ITEMS).map((option) => ({value: option.value, text: option.text.trim(), disabled: option.disabled})) : [],
  }));
  const checks = all('input[type=checkbox], input[type=radio]').slice(0, MAX_ITEMS).map((box) => {
    const face = isVisible(box) ? box : Array.from(box.labels || []).find(isVisible);
    return face ? {n: add(face), text: labelsOf(box) || named(box) || box.value, type: box.type, group: box.name, checked: box.checked, disabled: box.disabled,
      marks: marks(box), around: around(box), form: formOf(box), card: cardOf(box) !== null} : null;
  }).filter(Boolean);

  // The variants that a shopper chooses, near the heading of the page's product.
  const VARIANT = /variant|option|swatch|attribute|configurable|(?:^|[^a-z])(?:sizes?|colou?rs?|gr(?:ö|oe)(?:ß|ss)e|farbe|taille|couleur|talla|maat)(?![a-z])/i;
  const NO_VARIANT = /quantit|qty|thumb|gallery|slider|carousel|review|rating|wish|compare|share|(?:^|[^a-z])(?:tabs?|sort)(?![a-z])|language|currency|filter|facet|cookie/i;
  const heading = document.querySelector('h1');
  const BUYING = /cart|basket|\bbag\b|trolley|warenkorb|panier|carrito|cesta|carrello|winkel|koszyk|varukorg|\bbuy\b|sold.?out|out of stock/i;
  const scopeOf = () => {
    for (let box = heading; box && box !== document.body; box = box.parentElement) {
      if (all('button, input[type=submit], [role=button]', box).some((button) => BUYING.test(`${label(button)} ${marks(button)}`))) return box;
    }
    return document.querySelector('main') || document.body;
  };
  const isOff = (element) => element.disabled || element.getAttribute('aria-disabled') === 'true'
    || /disabled|unavailable|un-available|sold-?out|out-of-stock|not-available/i.test(`${classOf(element)} ${element.parentElement ? classOf(element.parentElement) : ''} ${named(element)}`);
  const isOn = (element) => ['aria-checked', 'aria-pressed', 'aria-selected'].some((name) => element.getAttribute(name) === 'true')
    || /(?:^|[\s_-])(?:selected|active|current|checked)(?:$|\s)/i.test(`${classOf(element)} ${element.parentElement && element.parentElement.children.length === 1 ? classOf(element.parentElement) : ''}`)
    || (element.parentElement && element.parentElement.tagName === 'LI' && /selected|active|current|checked/i.test(classOf(element.parentElement)));
  const groups = new Map();
  const groupOf = (key, title) => { if (!groups.has(key)) groups.set(key, {title, options: []}); return groups.get(key) };
  const scope = scopeOf();
  for (const box of all('input[type=radio]', scope)) {
    const face = isVisible(box) ? box : Array.from(box.labels || []).find(isVisible);
    if (!face || cardOf(box) || inLayer(box) || NO_VARIANT.test(`${box.name} ${around(box)}`)) continue;
    groupOf(`radio ${box.name}`, '').options.push({n: add(face), text: labelsOf(box) || named(box) || box.value, disabled: box.disabled || isOff(face), chosen: box.checked});
  }
  for (const option of all('button, [role=radio], [role=option], a, li[data-value], div[data-value], span[data-value]', scope)) {
    const list = option.parentElement && option.parentElement.tagName === 'LI' ? option.parentElement.parentElement : option.parentElement;
    const isLink = option.tagName === 'A' && option.href && routeOf(option) !== routeOf(location);
    if (!list || isLink || !isVisible(option) || option.closest(NO_CARD) || cardOf(option) || inLayer(option)) continue;
    const names = `${marks(list)} ${list.parentElement ? marks(list.parentElement) : ''}`;
    const isGroup = ['radiogroup', 'listbox'].includes(list.getAttribute('role') || '') || VARIANT.test(names) || VARIANT.test(marks(option));
    if (!isGroup || NO_VARIANT.test(`${marks(list)} ${marks(option)}`) || option.type === 'submit' && option.form || !label(option) || /^[+−–-]$/.test(label(option))) continue;
    groupOf(list, '').options.push({n: add(option), text: label(option).slice(0, 40), disabled: isOff(option), chosen: isOn(option)});
  }
  const choices = [...groups.values()].filter((group) => group.options.some((option) => !option.disabled));
  for (const select of all('select', scope)) {
    if (!isVisible(select) || select.disabled || inLayer(select) || NO_VARIANT.test(`${marks(select)} ${around(select)} ${labelsOf(select)}`)) continue;
    const options = Array.from(select.options).map((option) => ({value: option.value, text: option.text.trim(), disabled: option.disabled || !option.value, chosen: option.selected && Boolean(option.value)}));
    if (options.some((option) => !option.disabled)) choices.push({title: labelsOf(select), select: add(select), options});
  }

  // The number at the cart's icon or link.
  const countIn = (text) => { const numbers = text.replace(PRICES, ' ').match(/(?<![\d.,])\d{1,3}(?![.,]?\d)/); return numbers ? Number(numbers[0]) : null };
  const counters = all('a, button, summary, [role=button], [class*=cart i], [class*=basket i], [class*=bag i], [id*=cart i], [data-testid*=cart i]')
    .filter((element) => CART.test(`${marks(element)} ${element.getAttribute('href') || ''} ${words(element)}`) && !cardOf(element) && !inLayer(element) && isVisible(element))
    .map((element) => [words(element) || named(element)]).filter(([text]) => text.length <= 40).map(([text]) => countIn(text)).filter((count) => count !== null);

  const CONSENT = /cookie|consent|einwillig|gdpr|dsgvo|rgpd|privacy choices|personal data|témoins/i;
  const KNOWN_BANNERS = '#onetrust-banner-sdk, #CybotCookiebotDialog, #usercentrics-root, #didomi-host, #cmpbox, .cc-window, #truste-consent-track, '
    + '#sp_message_container, [id^=sp_message_container], .qc-cmp2-container, #cookie-law-info-bar, .cky-consent-container, #shopify-pc__banner, '
    + '#tarteaucitronRoot, .osano-cm-window, #klaro, .termly-styles-root, #iubenda-cs-banner, #axeptio_overlay, .fc-consent-root';
  const isOverlay = (element) => {
    const style = getComputedStyle(element);
    return ['fixed', 'sticky'].includes(style.position) || element.matches('dialog, [role=dialog], [role=alertdialog], [aria-modal=true]');
  };
  const boxes = [...all(KNOWN_BANNERS), ...all('body > *, dialog, [role=dialog], [role=alertdialog], body > * > div').filter(isOverlay)];
  const banner = boxes.find((box) => (box.shadowRoot || isVisible(box)) && (box.matches(KNOWN_BANNERS) || (CONSENT.test(words(box)) && box.querySelector('button, a, input[type=button], input[type=submit]'))));

  return {
    url: location.href, document: String(performance.timeOrigin), title: document.title, heading: words(heading || document.body).slice(0, 120), headed: heading ? words(heading) : '',
    types, og: og ? og.content : '', targets: targets.filter(Boolean), links, searches, buttons, fields, checks, choices,
    currencies: [...currencies].filter((code) => /^[A-Z]{3}$/.test(code)), signs,
    cart: {count: counters.length ? counters[0] : null, drawer: layer ? squeeze(layer.innerText || '').slice(0, 2000) : ''},
    lines: [...new Set(pageText.split('\n').map(squeeze).filter((line) => line && line.length <= 160))].slice(0, 800),
    text: words(document.body),
    banner: banner ? {text: words(banner), buttons: Array.from((banner.shadowRoot || banner).querySelectorAll('button, a, input[type=button], input[type=submit]')).map(label).filter(Boolean).slice(0, 8)} : null,
  };
}
