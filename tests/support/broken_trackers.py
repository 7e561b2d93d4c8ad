"""The built-in tracker, broken on purpose: its transport is wrapped, so that the same breakage works on any tracker."""

from pathlib import Path

import fakewww

SOURCE = (Path(fakewww.__file__).parent / "static" / "jirafe_api.js").read_text(encoding="utf-8")

_WRAP = """(function () {
  const post = fetch, beacon = navigator.sendBeacon.bind(navigator);
  const only = (wrapper, type) => ({...wrapper, data: wrapper.data.filter(event => event.event_type === type)});
  const without = (wrapper, type) => ({...wrapper, data: wrapper.data.filter(event => event.event_type !== type)});
  const broken = (url, wrapper, send) => { %s };
  const sender = real => (url, wrapper) => wrapper.data.length === 0 || real(url, JSON.stringify(wrapper));
  const carry = (url, body, real) => broken(url, JSON.parse(body), sender(real));
  navigator.sendBeacon = (url, body) => typeof body === 'string' ? Boolean(carry(url, body, beacon)) : beacon(url, body);
  window.fetch = async (url, options) => {
    if (!options || typeof options.body !== 'string') return post(url, options);
    const answer = await carry(url, options.body, (url, body) => post(url, {...options, body}));
    return answer instanceof Response ? answer : new Response();
  };
})();
"""


def broken(how: str) -> str:
    """The tracker's source with `how` in place of sending: JavaScript over `url`, `wrapper`, `send`, `only` and `without`."""
    return _WRAP % how + SOURCE


WRONG_CURRENCY = broken("""
  for (const event of wrapper.data) if (event.line_item) event.line_item.currency = 'USD';
  return send(url, wrapper);
""")
EVERY_SECOND_PAGEVIEW_LOST = broken("""
  const seen = Number(sessionStorage.seen || 0);
  sessionStorage.seen = seen + only(wrapper, 'pageview').data.length;
  return send(url, seen % 2 ? without(wrapper, 'pageview') : wrapper);
""")
ORDER_SENT_TWICE = broken("send(url, wrapper); return send(url, only(wrapper, 'order_success'));")
ORDER_SENT_AGAIN_LATER = broken("""
  setTimeout(() => send(url, only(wrapper, 'order_success')), 700);
  return send(url, wrapper);
""")
SITE_IS_A_NUMBER = broken("return send(url, {...wrapper, site: Number(wrapper.site)});")
QTY_FOR_QUANTITY = broken("""
  for (const {line_item: line} of wrapper.data) {
    if (line) { line.qty = line.quantity; delete line.quantity; }
  }
  return send(url, wrapper);
""")
SILENT = broken("return true;")
BATCHES_FOR_FIVE_SECONDS = broken("""
  const waiting = window.waiting = window.waiting || [];
  const flush = () => waiting.splice(0).forEach(later => send(url, later));
  if (!waiting.timer) addEventListener('pagehide', flush);
  waiting.timer = waiting.timer || setTimeout(flush, 5000);
  waiting.push(wrapper);
  return true;
""")
ORDER_AGAIN_ON_RELOAD = broken("""
  const order = only(wrapper, 'order_success'), [navigation] = performance.getEntriesByType('navigation');
  if (order.data.length) sessionStorage.order = JSON.stringify(order);
  else if (sessionStorage.order && navigation.type === 'reload') send(url, JSON.parse(sessionStorage.order));
  return send(url, wrapper);
""")
SENT_ON_LEAVING = broken("""
  addEventListener('pagehide', () => {
    post(url, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(wrapper)});
  });
""")
"""A tracker whose request needs a preflight, and does not outlive the page."""
CART_ON_PAGEHIDE = broken("""
  addEventListener('pagehide', () => send(url, only(wrapper, 'add_item_to_cart')));
  return send(url, without(wrapper, 'add_item_to_cart'));
""")
AGAIN_WHEN_HIDDEN = broken("""
  const said = window.said = window.said || [];
  if (!said.length) {
    addEventListener('pagehide', () => said.splice(0));
    document.addEventListener('visibilitychange', () => document.hidden && said.forEach(each => send(url, each)));
  }
  said.push(wrapper);
  return send(url, wrapper);
""")
DAY_OF_THE_FIRST_PAGE = broken("""
  sessionStorage.day = sessionStorage.day || wrapper.timestamp.split('T')[0];
  return send(url, {...wrapper, timestamp: wrapper.timestamp.replace(/^[^T]*/, sessionStorage.day)});
""")
_SAYS_IT_AGAIN = """(function () {
  const {pageview} = jirafe_api;
  let last;
  jirafe_api.pageview = (...said) => { last = said; pageview(...said); };
  const again = () => pageview(...last);
  %s
})();
"""
AGAIN_AT_A_PLACE = SOURCE + _SAYS_IT_AGAIN % "addEventListener('hashchange', again);"
"""A tracker that takes a place in a page for a page."""
AGAIN_AT_AN_ADDRESS = (
    SOURCE
    + _SAYS_IT_AGAIN
    % """const change = history.replaceState;
  history.replaceState = function (...state) { change.apply(this, state); again(); };"""
)
"""A tracker that takes another address of a page for another page."""
PLAIN_LETTERS = broken("""
  for (const {search} of wrapper.data) if (search) search.keyword = search.keyword.replace(/[^a-zA-Z0-9 ]/g, '?');
  return send(url, wrapper);
""")


def changed(*changes: tuple[str, str]) -> str:
    """The tracker's source with something else in place of a part of it, which must be there once."""
    source = SOURCE
    for part, other in changes:
        assert source.count(part) == 1, part
        source = source.replace(part, other)
    return source
