({binding, trap}) => {
  // Runs first in a page: reports the page's calls to the tracker and violations of its Content-Security-Policy.
  if (window !== window.top) return;
  const send = window[binding];
  const report = (kind, details) => send({kind, url: location.href, ...details});
  const describe = trap((call) => report('call', call));
  Object.defineProperty(window, Symbol.for('harness snippet'), {value: describe});
  document.addEventListener('securitypolicyviolation', (event) => report('blocked', {
    blocked: event.blockedURI, directive: event.effectiveDirective, policy: event.originalPolicy,
    enforced: event.disposition === 'enforce',
  }), true);
}
