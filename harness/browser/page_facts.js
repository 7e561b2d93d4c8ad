(facts) => {
  // Read facts at selectors and in structured data: a text, null without one, false if the selector is not plain CSS.
  const items = [];
  const walk = (node) => {
    if (Array.isArray(node)) { node.forEach(walk); return }
    if (!node || typeof node !== 'object') return;
    if (node['@type']) items.push([[].concat(node['@type']).map((name) => String(name).replace(/^.*[/#:]/, '')), node]);
    for (const key of ['@graph', 'mainEntity', 'itemListElement', 'item']) walk(node[key]);
  };
  const readJson = () => {
    for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
      try { walk(JSON.parse(script.textContent)) } catch { }
    }
  };
  const valueOf = (element) => element.getAttribute('content') || element.getAttribute('datetime') || element.textContent;
  const inMarkup = (type, names) => {
    let scopes = Array.from(document.querySelectorAll('[itemscope][itemtype]')).filter((each) => each.getAttribute('itemtype').replace(/^.*[/#]/, '') === type);
    for (const name of names.slice(0, -1)) scopes = scopes.flatMap((each) => Array.from(each.querySelectorAll(`[itemprop~="${name}"]`)));
    const last = names[names.length - 1];
    const found = scopes.map((each) => each.querySelector(`[itemprop~="${last}"]`)).find(Boolean);
    return found ? valueOf(found) : null;
  };
  const inData = (path) => {
    const [type, ...names] = path.split('.');
    for (const [types, item] of items) {
      let value = types.includes(type) ? item : undefined;
      for (const name of names) value = Array.isArray(value) ? Object(value[0])[name] : Object(value)[name];
      if (['string', 'number'].includes(typeof value)) return String(value);
    }
    return inMarkup(type, names);
  };
  if (facts.some(([, , data]) => data)) readJson();
  return facts.map(([selector, attribute, data]) => {
    if (data) return inData(data);
    let element;
    try { element = document.querySelector(selector) } catch { return false }
    if (!element) return null;
    return attribute ? element.getAttribute(attribute) : element.matches('input, select, textarea') ? element.value : element.textContent;
  });
}
