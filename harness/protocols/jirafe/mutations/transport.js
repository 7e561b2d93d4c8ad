/*
 * Runs before a tracker and intercepts what it sends. Each wrapper that goes through sendBeacon, fetch or XMLHttpRequest is
 * passed to broken(wrapper, send, sendText), which sends it or other wrappers. Image beacons and other bodies stay unchanged.
 */
(function () {
  'use strict';

  const IS_HERE = Symbol.for('a broken tracker');
  if (window[IS_HERE]) return; // loaded twice
  window[IS_HERE] = true;

  const RealBlob = window.Blob;
  const texts = new WeakMap(); // of Blobs, which cannot be read synchronously
  const post = window.fetch && window.fetch.bind(window);
  const memory = {
    get(name) {
      try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; }
    },
    set(name, value) {
      try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* no storage */ }
    },
  };
  const only = (wrapper, type) => ({...wrapper, data: wrapper.data.filter((event) => event.event_type === type)});
  const without = (wrapper, type) => ({...wrapper, data: wrapper.data.filter((event) => event.event_type !== type)});
  const all = (wrapper, part) => wrapper.data.map((event) => event[part]).filter(Boolean);

  function broken(wrapper, send, sendText) {
    'BROKEN';
  }

  function textOf(body) {
    if (typeof body === 'string') return body;
    if (body instanceof RealBlob) return texts.get(body);
    return ArrayBuffer.isView(body) || body instanceof ArrayBuffer ? new TextDecoder().decode(body) : '';
  }

  function wrapperOf(body) {
    try {
      const wrapper = JSON.parse(textOf(body));
      return Array.isArray(wrapper.data) ? wrapper : undefined;
    } catch {
      return undefined;
    }
  }

  /** Return the result of the first request that replaces this one, or nothing() if none is sent now. */
  function through(body, real, nothing) {
    const wrapper = wrapperOf(body);
    if (!wrapper) return real(body);
    const outcomes = [];
    const sendText = (text) => {
      const outcome = real(body instanceof RealBlob ? new RealBlob([text], {type: body.type}) : text);
      if (outcomes.push(outcome) > 1) Promise.resolve(outcome).catch(() => {}); // no caller waits for it
    };
    broken(wrapper, (other) => other.data.length && sendText(JSON.stringify(other)), sendText);
    return outcomes.length ? outcomes[0] : nothing();
  }

  window.Blob = class Blob extends RealBlob {
    constructor(parts, options) {
      super(parts, options);
      if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) texts.set(this, parts.join(''));
    }
  };

  if (navigator.sendBeacon) {
    const real = navigator.sendBeacon.bind(navigator);
    navigator.sendBeacon = (url, body) => through(body, (other) => real(url, other), () => true);
  }

  if (post) {
    window.fetch = (url, options) => {
      if (!options || !options.body) return post(url, options);
      const nothing = () => Promise.resolve(new Response('{"success": true}'));
      return through(options.body, (body) => post(url, {...options, body}), nothing);
    };
  }

  if (window.XMLHttpRequest) {
    const {open, send} = XMLHttpRequest.prototype;
    const opened = new WeakMap();
    XMLHttpRequest.prototype.open = function (...how) {
      opened.set(this, how);
      return open.apply(this, how);
    };
    XMLHttpRequest.prototype.send = function (body) {
      let used = false;
      const real = (other) => {
        const request = used ? new XMLHttpRequest() : this;
        if (used) open.apply(request, opened.get(this));
        used = true;
        send.call(request, other);
      };
      through(body, real, () => {
        used = true;
        open.call(this, 'GET', 'data:application/json,{}');
        send.call(this);
      });
    };
  }
})();
