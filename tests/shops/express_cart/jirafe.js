// The integration of expressCart with Jirafe: one page view for each page, cart events after the shop's own requests, funnel, receipt.
var jirafe_org_id = '';
var jirafe_site_id = '1';
var jirafe_loaded; // the tracker's functions, once it has called jirafe_deferred

function jirafe_deferred(jirafe_api) {
  var page = currentPage();
  var isNew = performance.getEntriesByType('navigation')[0].type === 'navigate'; // no reload, back or forward
  if (page.step && isNew) {
    jirafe_api.funnel(jirafe_org_id, jirafe_site_id, {
      funnel_name: 'checkout', step_name: page.step, step_position: page.position, last_step: page.step === 'success'
    });
  }
  if (page.order && isNew) jirafe_api.order.success(jirafe_org_id, jirafe_site_id, {order: {num: page.order}});
  jirafe_api.pageview(jirafe_org_id, jirafe_site_id, page.type, page.data);
  jirafe_loaded = jirafe_api;
}

function currentPage() {
  var parts = decodeURIComponent(location.pathname).split('/').slice(1);
  var list = {page: parts[2] ? Number(parts[2]) : 1, total: document.querySelector('#totalProductCount')};
  if (parts[0] === '' || parts[0] === 'page') return {type: 'homepage'};
  if (parts[0] === 'category') {
    return {type: 'category', data: {category: {id: parts[1], name: document.querySelector('.product-layout h4 strong').textContent}}};
  }
  if (parts[0] === 'search') {
    return {type: 'search', data: {search: {keyword: parts[1], page: list.page, total_results: Number(list.total.value)}}};
  }
  if (parts[0] === 'product' && document.querySelector('#productId')) {
    return {type: 'product', data: {product: {
      name: document.querySelector('h1.product-title').textContent,
      product_code: document.querySelector('#productId').value,
      sku_code: document.querySelector('#productId').value
    }}};
  }
  if (parts[0] === 'checkout') return {type: 'checkout', step: 'review cart', position: 1};
  if (parts[0] === 'pay') return {type: 'checkout', step: 'payment', position: 2};
  if (parts[0] === 'payment') {
    var number = document.querySelector('.content-body p').textContent.replace('Order ID:', '').trim();
    return {type: 'order_success', step: 'success', position: 3, order: number};
  }
  return {type: 'other'};
}

// The cart is filled by the shop's script: compare its drawer before and after each change.
var jirafe_cart = readCart(document);

function readCart(drawer) {
  var lines = {};
  drawer.querySelectorAll('#cart .cart-row').forEach(function (row) {
    var input = row.querySelector('.cart-product-quantity');
    var code = input.getAttribute('data-id');
    var quantity = Number(input.getAttribute('value'));
    var total = Number(row.querySelector('.cart-item-row strong').textContent.replace(/[^\d.]/g, ''));
    var name = row.querySelector('.cart-link').textContent;
    lines[code + row.querySelectorAll('p')[1].textContent.replace(/\s+/g, ' ')] = {
      name: name, code: code, quantity: quantity, price: total / quantity
    };
  });
  return lines;
}

function reportCart(call, line, quantity) {
  jirafe_loaded.cart[call](jirafe_org_id, jirafe_site_id, {line_item: {
    name: line.name,
    product_code: line.code,
    sku_code: line.code,
    price: line.price.toFixed(2),
    quantity: String(quantity),
    total_price: (line.price * quantity).toFixed(2),
    currency: 'GBP'
  }});
}

function compareCarts() {
  var before = jirafe_cart;
  var after = readCart(document);
  jirafe_cart = after;
  if (!jirafe_loaded) return;
  Object.keys(after).forEach(function (key) {
    var had = before[key] ? before[key].quantity : 0;
    var change = after[key].quantity - had;
    if (change === 0) return;
    if (jirafe_change === 'add') reportCart('add', after[key], change);
    else reportCart('edit', after[key], after[key].quantity);
  });
  Object.keys(before).forEach(function (key) {
    if (!after[key]) reportCart('remove', before[key], before[key].quantity);
  });
}

var jirafe_change = '';
$(document).ajaxSuccess(function (event, request, settings) {
  if (settings.url === '/product/addtocart') jirafe_change = 'add';
  if (settings.url === '/product/updatecart') jirafe_change = 'edit';
  if (settings.url === '/product/removefromcart') setTimeout(updateCartDiv);
  if (settings.url.indexOf('/cartPartial') === 0) setTimeout(compareCarts);
});

(function () {
  var script = document.createElement('script');
  script.async = true;
  script.src = '//beacon.jirafe.com/jirafe_api.js';
  document.head.appendChild(script);
})();
