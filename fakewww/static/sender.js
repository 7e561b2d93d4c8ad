// Sends the tracker's requests from a web worker, or by fetchLater. All other requests stay as they are.
(function () {
  const {sender} = document.currentScript.dataset;
  const {fetch} = window;
  const isBeacon = (url, options) => new URL(url, location).origin !== location.origin && options && options.method === 'POST';

  function makeWorkerSend() {
    const worker = new Worker('/fakewww/static/sending_worker.js');
    const waiting = [];
    worker.addEventListener('message', ({data}) => waiting.shift()(data)); // the worker answers in order
    return (url, {body}) => new Promise((answered) => {
      waiting.push(answered);
      worker.postMessage({url, body});
    });
  }

  async function sendLater(url, {body}) {
    window.fetchLater(url, {method: 'POST', body, activateAfter: 5000});
    return 200;
  }

  const send = sender === 'worker' ? makeWorkerSend() : sendLater;
  window.fetch = async (url, options) => (isBeacon(url, options) ? new Response(null, {status: await send(url, options)}) : fetch(url, options));
})();
