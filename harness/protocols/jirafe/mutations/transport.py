"""What stands between a tracker and the network and breaks what it sends: for any tracker, whatever its source."""

from importlib import resources
from typing import Final

from harness.mutation.recordings.mutant import ExpectedFinding
from harness.mutation.trackers.mutant import Mutant
from harness.protocols.jirafe.mutations.expected_findings import LOST, REPEATED, WRONG, about, at, some

_PRELUDE = (resources.files(__package__) / "transport.js").read_text(encoding="utf-8")


def prelude(how: str) -> str:
    """JavaScript to run before a tracker; `how` is the body of `broken(wrapper, send, sendText)` in prelude.js."""
    return _PRELUDE.replace("'BROKEN';", how.strip())


def _sending(name: str, what: str, expected: tuple[ExpectedFinding, ...], how: str, *near: str) -> Mutant:
    return Mutant(name=name, what=what, expected=expected, prelude=prelude(how), near=near)


def _changing(name: str, what: str, expected: tuple[ExpectedFinding, ...], how: str, *near: str) -> Mutant:
    """Every wrapper goes out once, changed."""
    return _sending(name, what, expected, f"{how} send(wrapper);", *near)


_WHOLE: Final = (
    _sending(
        "every-second-page-view-lost",
        "every second page view gets lost",
        about("pageview", *LOST),
        """
        const seen = memory.get('page views') || 0;
        memory.set('page views', seen + only(wrapper, 'pageview').data.length);
        send(seen % 2 ? without(wrapper, 'pageview') : wrapper);
        """,
    ),
    _sending(
        "page-views-doubled",
        "page views go out twice",
        about("pageview", *REPEATED),
        "send(wrapper); send(only(wrapper, 'pageview'));",
    ),
    _sending(
        "order-again-on-reload",
        "the order is told again when the receipt is reloaded",
        about("order_success", *REPEATED),
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
        "the order is told again after 700 milliseconds",
        about("order_success", *REPEATED),
        "send(wrapper); setTimeout(() => send(only(wrapper, 'order_success')), 700);",
        "order_success",
    ),
    _sending(
        "checkout-doubled",
        "the steps of the checkout are told twice, in one request",
        about("funnel", *REPEATED, "funnel-order"),
        "send({...wrapper, data: [...only(wrapper, 'funnel').data, ...wrapper.data]});",
        "funnel",
    ),
    _sending(
        "cart-events-lost",
        "nothing of the cart is told",
        about("add_item_to_cart", *LOST),
        "send({...wrapper, data: wrapper.data.filter((event) => !event.line_item)});",
        "add_item_to_cart",
    ),
    _sending(
        "one-page-late",
        "events wait for the next page and go out before its own",
        some(*LOST, "unexpected-event"),
        """
        const held = memory.get('held');
        memory.set('held', wrapper);
        if (held) send(held);
        """,
    ),
    _sending(
        "late-by-a-minute",
        "page views wait for a minute, and get lost where the shopper goes on before",
        about("pageview", *LOST),
        "send(without(wrapper, 'pageview')); setTimeout(() => send(only(wrapper, 'pageview')), 60_000);",
    ),
    _sending(
        "sent-on-leaving",
        "everything goes out when the page goes, by a request that goes with it",
        some("preflight-only", "missing-event"),
        """
        const headers = {'Content-Type': 'application/json'}, url = 'https://events.jirafe.com/v1/tracker';
        addEventListener('pagehide', () => { post(url, {method: 'POST', headers, body: JSON.stringify(wrapper)}); });
        """,
        "for: preflights",
    ),
    _sending(
        "silent",
        "nothing is sent, as where a shopper's consent is waited for in vain",
        some("tracker-silent"),
        "",
    ),
    _sending(
        "cut-off",
        "the end of each body is cut off",
        some("bad-json"),
        "sendText(JSON.stringify(wrapper).slice(0, -20));",
    ),
    _sending(
        "sent-as-a-form",
        "bodies are encoded as those of forms",
        some("bad-json"),
        "sendText('data=' + encodeURIComponent(JSON.stringify(wrapper)));",
    ),
    _changing(
        "order-reversed",
        "events go out in the reverse order",
        some("wrong-order"),
        "wrapper.data.reverse();",
        "expect in order",
    ),
)

_VALUES: Final = (
    _changing(
        "quantity-stuck",
        "the quantity stays what it was when the cart was first told of",
        (*at("/line_item/quantity", *WRONG), *some("total-mismatch", "items-mismatch")),
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
        "the quantity is called qty",
        at("/line_item/quantity", "schema"),
        "for (const line of all(wrapper, 'line_item')) { line.qty = line.quantity; delete line.quantity; }",
        "add_item_to_cart",
    ),
    _changing(
        "currency-missing",
        "the currency of what is in the cart is left out",
        at("/line_item/currency", *WRONG),
        "for (const line of all(wrapper, 'line_item')) delete line.currency;",
        "add_item_to_cart",
    ),
    _changing(
        "currency-wrong",
        "the currency is always the dollar",
        at("/line_item/currency", *WRONG),
        "for (const line of all(wrapper, 'line_item')) line.currency = 'USD';",
        "add_item_to_cart",
    ),
    _changing(
        "total-of-one",
        "the total of a line is the price of one",
        (*at("/line_item/total_price", *WRONG), *some("total-mismatch")),
        "for (const line of all(wrapper, 'line_item')) line.total_price = line.price;",
        "add_item_to_cart",
        "quantity: 2",
    ),
    _changing(
        "decimal-comma",
        "prices have a comma",
        at("/line_item/price", "schema"),
        "for (const line of all(wrapper, 'line_item')) line.price = line.price.replace('.', ',');",
        "add_item_to_cart",
    ),
    _changing(
        "zeros-lost",
        "the order number is taken for a number, and loses its zeros",
        (*some("order-number-mismatch"), *at("/order/num", *WRONG)),
        "for (const order of all(wrapper, 'order')) order.num = String(Number(order.num));",
        "order_success",
    ),
    _changing(
        "site-a-number",
        "the site is a number",
        at("/site", "schema"),
        "wrapper.site = Number(wrapper.site);",
    ),
    _changing(
        "customer-a-number",
        "the customer's id is a number",
        at("/customer/id", "schema"),
        "if (wrapper.customer) wrapper.customer.id = Number(String(wrapper.customer.id).replace(/[^0-9]/g, ''));",
    ),
    _changing(
        "ids-swapped",
        "the visit's id and the visitor's have changed places",
        some("swapped-ids"),
        "[wrapper.visit.id, wrapper.visit.visitor] = [wrapper.visit.visitor, wrapper.visit.id];",
    ),
    _changing(
        "clock-local",
        "the time does not say in which zone it is",
        at("/timestamp", "schema", "date-format"),
        "wrapper.timestamp = wrapper.timestamp.replace('Z', '');",
    ),
    _changing(
        "clock-off",
        "the time is two days ago",
        some("clock-skew"),
        "wrapper.timestamp = new Date(new Date(wrapper.timestamp) - 2 * 24 * 60 * 60 * 1000).toISOString();",
    ),
    _changing(
        "categories-other",
        "category pages are of the type other",
        at("/page_type", *WRONG),
        "for (const event of wrapper.data) if (event.page_type === 'category') event.page_type = 'other';",
        "- category",
    ),
    _changing(
        "product-stale",
        "the product stays the first that was looked at",
        (*at("/product", *WRONG), *about("pageview", *WRONG)),
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
        "the attribution of a visit is lost after its first page",
        (*at("/tag_attribution", *WRONG, "visit-changed"), *at("/rule_attribution", *WRONG, "visit-changed")),
        """
        if (memory.get('landed')) for (const name of ['tag_attribution', 'rule_attribution']) delete wrapper.visit[name];
        memory.set('landed', true);
        """,
    ),
    _changing(
        "title-stale",
        "the title is that of the page before",
        at("/page/current_title", *WRONG),
        """
        const title = memory.get('title');
        memory.set('title', document.title);
        wrapper.page.current_title = title || document.title;
        """,
    ),
    _changing(
        "letters-lost",
        "letters that are not plain become question marks",
        about("pageview", "wrong-value"),
        "for (const search of all(wrapper, 'search')) search.keyword = search.keyword.replace(/[^ -~]/g, '?');",
        "größe",
    ),
)

MUTANTS: Final = (*_WHOLE, *_VALUES)
