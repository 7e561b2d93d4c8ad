() => {
  // Survey the content of a page of an unknown store: structured data, links, forms, product cards, a consent banner.
  const found = [];
  Object.defineProperty(window, Symbol.for('harness found'), {value: found, configurable: true, writable: true});
  const add = (element) => found.push(element) - 1;
  const MAX_ITEMS = 400;
  const words = (element) => (element.innerText || element.textContent || '').replace(/\s+/g, ' ').trim().slice(0, 200);
  const label = (element) => words(element) || element.value || element.getAttribute('aria-label') || element.title || '';
  const isVisible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
  };

  const types = [];
  const targets = [];
  const visit = (node) => {
    if (Array.isArray(node)) { node.forEach(visit); return }
    if (!node || typeof node !== 'object') return;
    const type = [].concat(node['@type'] || []).map((name) => String(name).replace(/^.*[/#:]/, ''));
    types.push(...type);
    if (type.includes('SearchAction')) targets.push(String(Object(node.target).urlTemplate || node.target || ''));
    for (const key of ['@graph', 'mainEntity', 'potentialAction', 'hasVariant']) visit(node[key]);
  };
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    try { visit(JSON.parse(script.textContent)) } catch { }
  }
  for (const item of document.querySelectorAll('[itemscope][itemtype]')) types.push(item.getAttribute('itemtype').replace(/^.*[/#]/, ''));
  const og = document.querySelector('meta[property="og:type"]');

  const PRICE = /(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|kr|zł)\b)\s?\d|\d[\d.,]*\s?(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|kr|zł|Kč|Ft|lei)\b)/;
  const cardOf = (link) => {
    let box = link;
    for (let depth = 0; depth < 6 && box.parentElement && box.parentElement !== document.body; depth++) {
      const outer = box.parentElement;
      if (new Set(Array.from(outer.querySelectorAll('a[href]'), (each) => each.href.split('#')[0])).size > 6) break;
      box = outer;
      if (box.querySelector('img, picture, svg') && PRICE.test(words(box))) return box;
    }
    return null;
  };

  // Whether the button belongs to a card whose image links to another page: one of several products, not the page's own.
  const isOnCard = (button) => {
    const box = cardOf(button);
    return box !== null && Array.from(box.querySelectorAll('a[href]')).some((link) => link.querySelector('img, picture')
      && link.pathname !== location.pathname && /^https?:/.test(link.protocol) && !/\.(?:jpe?g|png|webp|gif|avif|svg)$/i.test(link.pathname));
  };

  const area = (link) => {
    const box = link.closest('nav, header, footer, main, [role=navigation], [role=banner], [role=contentinfo], [role=main]');
    if (!box) return '';
    const name = box.getAttribute('role') || box.tagName.toLowerCase();
    return {navigation: 'nav', banner: 'header', contentinfo: 'footer'}[name] || name;
  };
  const links = Array.from(document.querySelectorAll('a[href]')).filter((link) => /^https?:/.test(link.protocol)).slice(0, MAX_ITEMS).map((link) => ({
    n: add(link), url: link.href, text: label(link) || (link.querySelector('img') || {}).alt || '', area: area(link), card: cardOf(link) !== null,
    marks: `${link.id} ${link.className} ${link.rel} ${link.getAttribute('aria-label') || ''}`,
  }));

  const formOf = (element) => element.form ? Array.from(document.forms).indexOf(element.form) : -1;
  const searches = Array.from(document.querySelectorAll('form')).slice(0, 60).map((form) => {
    const input = form.querySelector('input[type=search], input[type=text], input:not([type])');
    if (!input) return null;
    return {
      n: add(input), action: form.action, method: form.method, name: input.name, visible: isVisible(input), type: input.type,
      marks: `${form.id} ${form.className} ${form.getAttribute('role') || ''} ${form.getAttribute('action') || ''} ${input.id} ${input.placeholder || ''} ${input.getAttribute('aria-label') || ''}`,
    };
  }).filter(Boolean);

  const buttons = Array.from(document.querySelectorAll('button, input[type=submit], input[type=button], [role=button], a.button, a.btn')).slice(0, MAX_ITEMS).map((button) => ({
    n: add(button), text: label(button), visible: isVisible(button), disabled: Boolean(button.disabled), url: button.href || '',
    marks: `${button.id} ${button.name || ''} ${button.className}`,
    card: isOnCard(button), form: formOf(button),
  }));

  const labelsOf = (field) => Array.from(field.labels || [], words).join(' ');
  const fields = Array.from(document.querySelectorAll('input, select, textarea')).filter((field) => isVisible(field) && !field.disabled && !field.readOnly
    && !['hidden', 'submit', 'button', 'reset', 'image', 'checkbox', 'radio', 'file', 'search'].includes(field.type)).slice(0, MAX_ITEMS).map((field) => ({
    n: add(field), type: field.type, value: field.value, required: field.required || field.getAttribute('aria-required') === 'true', form: formOf(field),
    marks: `${field.name} ${field.id} ${field.autocomplete || ''} ${field.type} ${labelsOf(field)} ${field.placeholder || ''} ${field.getAttribute('aria-label') || ''}`,
    options: field.tagName === 'SELECT' ? Array.from(field.options).slice(0, MAX_ITEMS).map((option) => ({value: option.value, text: option.text.trim()})) : [],
  }));

  const CONSENT = /cookie|consent|einwillig|gdpr|dsgvo|rgpd|privacy choices|personal data|témoins/i;
  const KNOWN_BANNERS = '#onetrust-banner-sdk, #CybotCookiebotDialog, #usercentrics-root, #didomi-host, #cmpbox, .cc-window, #truste-consent-track, '
    + '#sp_message_container, [id^=sp_message_container], .qc-cmp2-container, #cookie-law-info-bar, .cky-consent-container, #shopify-pc__banner, '
    + '#tarteaucitronRoot, .osano-cm-window, #klaro, .termly-styles-root, #iubenda-cs-banner, #axeptio_overlay, .fc-consent-root';
  const isOverlay = (element) => {
    const style = getComputedStyle(element);
    return ['fixed', 'sticky'].includes(style.position) || element.matches('dialog, [role=dialog], [role=alertdialog], [aria-modal=true]');
  };
  const boxes = [...document.querySelectorAll(KNOWN_BANNERS), ...Array.from(document.querySelectorAll('body > *, dialog, [role=dialog], [role=alertdialog], body > * > div')).filter(isOverlay)];
  const banner = boxes.find((box) => (box.shadowRoot || isVisible(box)) && (box.matches(KNOWN_BANNERS) || (CONSENT.test(words(box)) && box.querySelector('button, a, input[type=button], input[type=submit]'))));

  return {
    url: location.href, title: document.title, heading: words(document.querySelector('h1') || document.body).slice(0, 120),
    types, og: og ? og.content : '', targets: targets.filter(Boolean), links, searches, buttons, fields,
    text: words(document.body),
    banner: banner ? {text: words(banner), buttons: Array.from((banner.shadowRoot || banner).querySelectorAll('button, a, input[type=button], input[type=submit]')).map(label).filter(Boolean).slice(0, 8)} : null,
  };
}
