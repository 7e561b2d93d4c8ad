// The tracker's functions without any effect, as a content blocker defines them in the tracker's place.
(() => {
  const nothing = () => {};
  const api = {
    pageview: nothing,
    order: {success: nothing},
    cart: {add: nothing, remove: nothing, edit: nothing},
    funnel: nothing,
    consent: nothing,
  };
  window.jirafe_api = api;
  window.jirafe_parseAttribution = () => [];
  const callPage = () => typeof window.jirafe_deferred === 'function' && window.jirafe_deferred(api);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', callPage);
  else callPage();
})();
