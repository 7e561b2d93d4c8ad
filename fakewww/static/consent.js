// The consent banner and the button that withdraws consent. They notify the tracker, or set the variable that it reads on load.
document.addEventListener('click', (event) => {
  const [target] = event.composedPath(); // a banner in a shadow root is the event's target for all outside
  const answer = target.dataset && target.dataset.consent;
  if (!answer) return;
  fetch('/fakewww/consent', {method: 'POST', body: new URLSearchParams({answer})}).then(() => {
    window.jirafe_consent = answer === 'yes' ? 'granted' : 'denied';
    if (window.jirafe_api) window.jirafe_api.consent(answer === 'yes');
    document.body.dataset.consent = window.jirafe_consent;
  });
});
