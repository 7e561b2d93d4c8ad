([groups, name = '', parameter = '']) => {
  // For each group of elements: selectors that match only the first one, and selectors that match several of them.
  const found = window[Symbol.for('harness found')] || [];
  const esc = (text) => CSS.escape(text);
  const quoted = (text) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const isStable = (name) => name && name.length < 40 && !/^\d|\d{3,}|[0-9a-f]{8,}|^css-|^sc-|^jsx?-|active|hover|focus|selected|current|:/i.test(name);
  const count = (selector) => { try { return document.querySelectorAll(selector).length } catch { return 0 } };
  const classes = (element) => Array.from(element.classList).filter(isStable);
  const own = (element) => {
    const tag = element.tagName.toLowerCase();
    const names = [];
    if (isStable(element.id)) names.push(`#${esc(element.id)}`);
    for (const name of ['data-testid', 'data-test', 'data-qa', 'data-role', 'data-action']) {
      if (element.hasAttribute(name)) names.push(`[${name}=${quoted(element.getAttribute(name))}]`);
    }
    if (element.getAttribute('name') && isStable(element.name)) names.push(`${tag}[name=${quoted(element.getAttribute('name'))}]`);
    if (tag === 'a' && element.getAttribute('href') && !/[?#]|\d{3,}/.test(element.getAttribute('href'))) names.push(`a[href=${quoted(element.getAttribute('href'))}]`);
    names.push(...classes(element).map((name) => `.${esc(name)}`));
    if (element.type && tag !== 'a') names.push(`${tag}[type=${quoted(element.type)}]`);
    return [...names, tag];
  };
  const unique = (element) => {
    const names = own(element);
    const single = names.filter((name) => count(name) === 1);
    const children = names.map((name) => `${element.parentElement.tagName.toLowerCase()} > ${name}`).filter((name) => count(name) === 1);
    for (let outer = element.parentElement; outer && outer !== document.body && single.length < 4; outer = outer.parentElement) {
      for (const ancestor of own(outer).slice(0, -1)) {
        for (const name of names) {
          const both = `${ancestor} ${name}`;
          if (count(both) === 1) { single.push(both); break }
        }
      }
    }
    return single.length ? single : children;
  };
  const common = (elements) => {
    // Selectors of the first element and others in the group, by its ancestors, the nearest first.
    const [first] = elements;
    const tag = first.tagName.toLowerCase();
    const least = Math.min(2, elements.length);
    const starts = classes(first).map((name) => `${tag}.${esc(name)}`);
    for (let outer = first.parentElement; outer && outer !== document.body; outer = outer.parentElement) {
      const names = classes(outer).map((name) => `.${esc(name)} ${tag}`);
      if (isStable(outer.id)) names.push(`#${esc(outer.id)} ${tag}`);
      if (['NAV', 'HEADER', 'MAIN', 'ARTICLE'].includes(outer.tagName)) names.push(`${outer.tagName.toLowerCase()} ${tag}`);
      starts.push(...names);
    }
    return starts.filter((start) => elements.filter((each) => each.matches(start)).length >= least);
  };
  // Selectors of an element in the row of a list that contains a name: the row by the name, the element inside it.
  const inRow = (element) => {
    const has = (box) => box.textContent.toLowerCase().includes(name.toLowerCase());
    for (let row = element.parentElement; row && row !== document.body; row = row.parentElement) {
      // A row is smaller than the cart: it has no heading and no way to the checkout.
      if (row.querySelector('h1, h2') || /check-?\s?out|\bkasse\b|valider|tramitar|alla cassa|afrekenen/i.test(row.textContent)) return [];
      if (!has(row)) continue;
      const tag = row.tagName.toLowerCase();
      const rows = [...classes(row).map((each) => `.${esc(each)}`), ...(['li', 'tr', 'article'].includes(tag) ? [tag] : [])];
      const inner = [...own(element).slice(0, -1), own(element).at(-1)];
      return rows.flatMap((each) => inner.map((one) => `${each}:has-text("${parameter}") ${one}`));
    }
    return [];
  };
  const price = () => {
    // The price of the page's product: the first price after the heading.
    const heading = document.querySelector('h1');
    const plain = Array.from((heading ? heading.closest('main') || document.body : document.body).querySelectorAll('p, span, div, strong, b, h2, h3'))
      .filter((element) => element.children.length === 0 && /[$€£¥₹₩₽₺₴]|\b(?:USD|EUR|GBP|CHF|kr|zł|Kč)\b/.test(element.textContent));
    for (const element of [...document.querySelectorAll('[itemprop=price], [class*=price i], [data-price]'), ...plain]) {
      const isAfter = !heading || heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isAfter && /^\D{0,6}\d[\d.,\s]*\D{0,6}$/.test(element.textContent.trim())) return unique(element);
    }
    return [];
  };
  const labelled = () => {
    // A label and the value next to it, as in tables of a product's properties.
    for (const element of document.querySelectorAll('th, dt, strong, b, span, td, label')) {
      const text = element.textContent.trim();
      const next = element.nextElementSibling;
      if (!/^(?:sku|upc|ean|mpn|item (?:number|no\.?)|product (?:code|number|id)|article (?:number|no\.?)|art\.?-?nr\.?|artikelnummer|r[ée]f(?:erence|[ée]rence)?\.?)\s*:?$/i.test(text)) continue;
      if (next && next.textContent.trim() && next.textContent.trim().length < 60) {
        return `${element.tagName.toLowerCase()}:text-is(${quoted(text)}) + ${next.tagName.toLowerCase()}`;
      }
    }
    return '';
  };
  const SKU = /^(?:sku|upc|ean|mpn|item (?:number|no\.?)|product (?:code|number|id)|article (?:number|no\.?)|art\.?-?nr\.?|artikelnummer)\s*[:#]?\s*[\w./-]*\d[\w./-]*$/i;
  // An element whose text is a label and the value, such as "SKU: A-1".
  const withLabel = () => {
    const element = Array.from(document.querySelectorAll('p, span, div, li, small, strong, td')).find((each) => each.children.length < 3 && SKU.test(each.textContent.trim().replace(/\s+/g, ' ')));
    return element ? unique(element) : [];
  };
  const elements = groups.map((numbers) => numbers.map((n) => found[n]).filter((each) => each && each.isConnected));
  return {
    groups: elements.map((each) => each.length ? {unique: unique(each[0]), common: common(each), row: name ? inRow(each[0]) : []} : {unique: [], common: [], row: []}),
    labelled: labelled(), withLabel: withLabel(), price: price(),
    site: (document.querySelector('meta[property="og:site_name"]') || {}).content || '',
  };
}
