(record) => {
  // Record a page's calls of the tracker with their original arguments, through a wrapper around the tracker's API.
  const wrapped = new WeakMap(); // wrappers by the original value
  const wrappings = new WeakSet();
  const ours = new WeakSet(); // wrappers around page functions
  let called = 0;
  let calls = 0; // of the tracker's functions, and how many of them did something
  let effectiveCalls = 0;
  let threw = '';
  let api;

  // A function without statements, as in the scripts that content blockers put in a tracker's place
  const EMPTY = /^(?:async )?(?:(?:function\s*)?\w*\s*\([^()]*\)\s*(?:=>)?\s*\{\s*(?:return[\s\w]*;?)?\s*\}|(?:\w+|\([\w\s,.]*\))\s*=>\s*(?:undefined|null|void 0|true|false|\[\]))$/;

  const copy = (value) => {
    try {
      const text = JSON.stringify(value, (_name, inner) => (typeof inner === 'function' ? '[function]' : inner));
      return text === undefined ? null : text.length < 65536 ? JSON.parse(text) : '[too long]';
    } catch {
      return '[unreadable]';
    }
  };

  const wrap = (value, name, owner) => {
    if (value === null || !['object', 'function'].includes(typeof value) || wrappings.has(value)) return value;
    if (wrapped.has(value)) return wrapped.get(value);
    const isFunction = typeof value === 'function';
    const wrapping = new Proxy(isFunction ? () => {} : {}, {
      get: (_target, key) => {
        if (typeof key === 'symbol' || (isFunction && key in Function.prototype)) return value[key];
        return wrap(value[key], name ? `${name}.${key}` : key, value);
      },
      set: (_target, key, given) => { value[key] = given; return true },
      has: (_target, key) => key in value,
      apply: (_target, self, given) => {
        calls += 1;
        if (!EMPTY.test(Function.prototype.toString.call(value))) effectiveCalls += 1;
        record({name, get arguments() { return Array.from(given, copy) }});
        return Reflect.apply(value, wrappings.has(self) || self === undefined ? owner : self, given);
      },
    });
    wrapped.set(value, wrapping);
    wrappings.add(wrapping);
    return wrapping;
  };

  // A function declared by a page replaces any accessor. So wrap it right after the script that declares it, and before
  // the tracker's script, which is another task, can call it.
  const takeOver = () => {
    const page = window.jirafe_deferred;
    if (typeof page !== 'function' || ours.has(page)) return;
    const ourFunction = function (given, ...rest) {
      called += 1;
      try {
        return page.call(this, wrap(given, ''), ...rest);
      } catch (error) {
        threw = String(error);
        throw error;
      }
    };
    ours.add(ourFunction);
    try { window.jirafe_deferred = ourFunction } catch { }
  };

  new MutationObserver(takeOver).observe(document, {childList: true, subtree: true});
  for (const moment of ['DOMContentLoaded', 'readystatechange']) document.addEventListener(moment, takeOver, true);
  window.addEventListener('load', takeOver, true);
  Object.defineProperty(window, 'jirafe_api', {
    configurable: true, enumerable: true, get: () => wrap(api, ''), set: (given) => { api = given },
  });

  const described = (read) => {
    try {
      const value = read();
      return {type: value === null ? 'null' : typeof value, value: copy(value)};
    } catch {
      return {type: 'undefined', value: null};
    }
  };

  return () => ({
    site: described(() => jirafe_site_id),
    org: described(() => jirafe_org_id),
    defined: described(() => jirafe_deferred).type === 'function',
    obsolete: /string|number/.test(described(() => (jirafe instanceof Node ? undefined : jirafe.id)).type), // a global of 2012
    called, threw,
    does_nothing: calls > 0 && effectiveCalls === 0,
  });
}
