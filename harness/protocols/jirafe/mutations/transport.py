"""Tracker mutants between any tracker and the network: they change the payloads that the tracker sends."""

from importlib import resources
from typing import Final

from harness.mutation.model import ExpectedFinding, TrackerMutant, at_field, for_event, with_codes

LOST: Final = ("missing-event", "late-event")
REPEATED: Final = ("duplicate-event", "unexpected-event", "forbidden-event")
WRONG: Final = ("wrong-value", "schema", "missing-field")

_PRELUDE = (resources.files(__package__) / "transport.js").read_text(encoding="utf-8")


def prelude(code: str) -> str:
    """Return JavaScript to run before a tracker; `code` is the body of `broken(wrapper, send, sendText)` in transport.js."""
    return _PRELUDE.replace("'BROKEN';", code.strip())


def _sending(
    name: str, description: str, expected: tuple[ExpectedFinding, ...], code: str, *near: str
) -> TrackerMutant:
    return TrackerMutant(name=name, description=description, expected=expected, prelude=prelude(code), near=near)


def _changing(
    name: str, description: str, expected: tuple[ExpectedFinding, ...], code: str, *near: str
) -> TrackerMutant:
    """Send every wrapper once, changed."""
    return _sending(name, description, expected, f"{code} send(wrapper);", *near)


_WHOLE: Final = (
    _sending(
        "every-second-page-view-lost",
        "every second page view gets lost",
        for_event("pageview", *LOST),
        """
        const seen = memory.get('page views') || 0;
        memory.set('page views', seen + only(wrapper, 'pageview').data.length);
        send(seen % 2 ? without(wrapper, 'pageview') : wrapper);
        """,
    ),
    _sending(
        "page-views-doubled",
        "page views are sent twice",
        for_event("pageview", *REPEATED),
        "send(wrapper); send(only(wrapper, 'pageview'));",
    ),
    _sending(
        "order-again-on-reload",
        "the order is sent again when the receipt is reloaded",
        for_event("order_success", *REPEATED),
        """
        const [navigation] = performance.getEntriesByType('navigation');
        if (only(wrapper, 'order_success').data.length) memory.set('order', only(wrapper, 'order_success'));
        else if (memory.get('order') && navigation.type === 'reload') send(memory.get('order'));
        send(wrapper);
        """,
        "order_success",
        "- reload",
    ),
    _sending(
        "order-again-later",
        "the order is sent again after 700 milliseconds",
        for_event("order_success", *REPEATED),
        "send(wrapper); setTimeout(() => send(only(wrapper, 'order_success')), 700);",
        "order_success",
    ),
    _sending(
        "checkout-doubled",
        "the steps of the checkout are sent twice in one request",
        for_event("funnel", *REPEATED, "funnel-order"),
        "send({...wrapper, data: [...only(wrapper, 'funnel').data, ...wrapper.data]});",
        "funnel",
    ),
    _sending(
        "cart-events-lost",
        "cart events get lost",
        for_event("add_item_to_cart", *LOST),
        "send({...wrapper, data: wrapper.data.filter((event) => !event.line_item)});",
        "add_item_to_cart",
    ),
    _sending(
        "one-page-late",
        "events wait for the next page and are sent before its own events",
        with_codes(*LOST, "unexpected-event"),
        """
        const held = memory.get('held');
        memory.set('held', wrapper);
        if (held) send(held);
        """,
    ),
    _sending(
        "late-by-a-minute",
        "page views wait for a minute and get lost if the shopper leaves the page before",
        for_event("pageview", *LOST),
        "send(without(wrapper, 'pageview')); setTimeout(() => send(only(wrapper, 'pageview')), 60_000);",
    ),
    _sending(
        "sent-on-leaving",
        "all events are sent when the page unloads, by a request that needs a preflight",
        with_codes("preflight-only", "missing-event"),
        """
        const headers = {'Content-Type': 'application/json'}, url = 'https://events.jirafe.com/v1/tracker';
        addEventListener('pagehide', () => { post(url, {method: 'POST', headers, body: JSON.stringify(wrapper)}); });
        """,
        "for: preflights",
    ),
    _sending("silent", "nothing is sent, as if consent were never granted", with_codes("tracker-silent"), ""),
    _sending(
        "cut-off",
        "the end of each body is cut off",
        with_codes("bad-json"),
        "sendText(JSON.stringify(wrapper).slice(0, -20));",
    ),
    _sending(
        "sent-as-a-form",
        "bodies are encoded as form data",
        with_codes("bad-json"),
        "sendText('data=' + encodeURIComponent(JSON.stringify(wrapper)));",
    ),
    _changing(
        "order-reversed",
        "events are sent in reverse order",
        with_codes("wrong-order"),
        "wrapper.data.reverse();",
        "expect in order",
    ),
)

_VALUES: Final = (
    _changing(
        "quantity-stuck",
        "the quantity keeps its first value",
        (*at_field("/line_item/quantity", *WRONG), *with_codes("total-mismatch", "items-mismatch")),
        """
        for (const line of all(wrapper, 'line_item')) {
          memory.set('quantity', memory.get('quantity') || line.quantity);
          line.quantity = memory.get('quantity');
          line.total_price = (Number(line.price) * Number(line.quantity)).toFixed(2);
        }
        """,
        "edit_cart",
    ),
    _changing(
        "qty",
        "the field quantity is named qty",
        at_field("/line_item/quantity", "schema"),
        "for (const line of all(wrapper, 'line_item')) { line.qty = line.quantity; delete line.quantity; }",
        "add_item_to_cart",
    ),
    _changing(
        "currency-missing",
        "the currency of cart items is missing",
        at_field("/line_item/currency", *WRONG),
        "for (const line of all(wrapper, 'line_item')) delete line.currency;",
        "add_item_to_cart",
    ),
    _changing(
        "currency-wrong",
        "the currency of cart items is always USD",
        at_field("/line_item/currency", *WRONG),
        "for (const line of all(wrapper, 'line_item')) line.currency = 'USD';",
        "add_item_to_cart",
    ),
    _changing(
        "total-of-one",
        "the total of a line is its unit price",
        (*at_field("/line_item/total_price", *WRONG), *with_codes("total-mismatch")),
        "for (const line of all(wrapper, 'line_item')) line.total_price = line.price;",
        "add_item_to_cart",
        "quantity: 2",
    ),
    _changing(
        "decimal-comma",
        "prices have a decimal comma",
        at_field("/line_item/price", "schema"),
        "for (const line of all(wrapper, 'line_item')) line.price = line.price.replace('.', ',');",
        "add_item_to_cart",
    ),
    _changing(
        "zeros-lost",
        "the order number loses its leading zeros",
        (*with_codes("order-number-mismatch"), *at_field("/order/num", *WRONG)),
        "for (const order of all(wrapper, 'order')) order.num = String(Number(order.num));",
        "order_success",
    ),
    _changing(
        "site-a-number", "the site is a number", at_field("/site", "schema"), "wrapper.site = Number(wrapper.site);"
    ),
    _changing(
        "customer-a-number",
        "the customer's id is a number",
        at_field("/customer/id", "schema"),
        "if (wrapper.customer) wrapper.customer.id = Number(String(wrapper.customer.id).replace(/[^0-9]/g, ''));",
    ),
    _changing(
        "ids-swapped",
        "the visit id and the visitor id are swapped",
        with_codes("swapped-ids"),
        "[wrapper.visit.id, wrapper.visit.visitor] = [wrapper.visit.visitor, wrapper.visit.id];",
    ),
    _changing(
        "clock-local",
        "the timestamp has no time zone",
        at_field("/timestamp", "schema", "date-format"),
        "wrapper.timestamp = wrapper.timestamp.replace('Z', '');",
    ),
    _changing(
        "clock-off",
        "the timestamp is two days early",
        with_codes("clock-skew"),
        "wrapper.timestamp = new Date(new Date(wrapper.timestamp) - 2 * 24 * 60 * 60 * 1000).toISOString();",
    ),
    _changing(
        "categories-other",
        "category pages have the type other",
        at_field("/page_type", *WRONG),
        "for (const event of wrapper.data) if (event.page_type === 'category') event.page_type = 'other';",
        "- category",
    ),
    _changing(
        "product-stale",
        "every product page reports the first product",
        (*at_field("/product", *WRONG), *for_event("pageview", *WRONG)),
        """
        for (const event of wrapper.data.filter((event) => event.page_type === 'product')) {
          memory.set('product', memory.get('product') || event.product);
          event.product = memory.get('product');
        }
        """,
        "open product: Tumbler",
        "open product: Blue Suede Shoes",
    ),
    _changing(
        "attribution-lost",
        "the attribution of a visit is missing after its first page",
        (
            *at_field("/tag_attribution", *WRONG, "visit-changed"),
            *at_field("/rule_attribution", *WRONG, "visit-changed"),
        ),
        """
        if (memory.get('landed')) for (const name of ['tag_attribution', 'rule_attribution']) delete wrapper.visit[name];
        memory.set('landed', true);
        """,
    ),
    _changing(
        "title-stale",
        "the title is that of the previous page",
        at_field("/page/current_title", *WRONG),
        """
        const title = memory.get('title');
        memory.set('title', document.title);
        wrapper.page.current_title = title || document.title;
        """,
    ),
    _changing(
        "letters-lost",
        "non-ASCII characters become question marks",
        for_event("pageview", "wrong-value"),
        "for (const search of all(wrapper, 'search')) search.keyword = search.keyword.replace(/[^ -~]/g, '?');",
        "größe",
    ),
)

MUTANTS: Final = (*_WHOLE, *_VALUES)
