({binding, trap}) => {
  // Runs before anything else in a page: tells us what the page says to the tracker, and what its policy forbids.
  if (window !== window.top) return;
  const tell = window[binding];
  const say = (kind, what) => tell({kind, url: location.href, ...what});
  const describe = trap((call) => say('call', call));
  Object.defineProperty(window, Symbol.for('harness snippet'), {value: describe});
  document.addEventListener('securitypolicyviolation', (event) => say('blocked', {
    blocked: event.blockedURI, directive: event.effectiveDirective, policy: event.originalPolicy,
    enforced: event.disposition === 'enforce',
  }), true);
}
