// The integration of Mini Shop with Jirafe: one page view for each route that the router shows.
var jirafe_org_id = '';
var jirafe_site_id = '1';
var jirafe_loaded; // the tracker's functions, once it has called jirafe_deferred
var jirafe_waiting; // the page that was shown before that

function jirafe_deferred(jirafe_api) {
  jirafe_loaded = jirafe_api;
  if (jirafe_waiting) jirafe_show(jirafe_waiting);
}

function jirafe_show(page) {
  jirafe_waiting = page;
  if (jirafe_loaded) jirafe_loaded.pageview(jirafe_org_id, jirafe_site_id, page.type, page.data);
}

// Called by the router after each navigation.
function jirafe_route(route) {
  if (route.name === 'home') jirafe_show({type: 'homepage'});
  else if (route.name !== 'product') jirafe_show({type: 'other'});
  else {
    fetch('/api/products/' + route.params.id)
      .then(function (response) { return response.json(); })
      .then(function (product) {
        jirafe_show({type: 'product', data: {product: {
          name: product.name,
          product_code: String(product.id),
          sku_code: String(product.id)
        }}});
      });
  }
}

(function () {
  var script = document.createElement('script');
  script.async = true;
  script.src = '//beacon.jirafe.com/jirafe_api.js';
  document.head.appendChild(script);
})();
