// A web worker that sends the page's requests five seconds after it got them, one after the other.
let sent = Promise.resolve();

addEventListener('message', ({data}) => {
  sent = sent.then(() => new Promise((next) => setTimeout(next, 5000)))
    .then(() => fetch(data.url, {method: 'POST', body: data.body}))
    .then(({status}) => postMessage(status), () => postMessage(503));
});
