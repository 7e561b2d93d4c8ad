// Notice which scripts a page loads when it is first touched: some stores delay their scripts until then.
const MAX_WAIT = 2000;
let known, finished;
harness.noteScripts = () => {
    known = new Set(document.scripts);
    finished = new Set();
    for (const type of ['load', 'error']) document.addEventListener(type, ({target}) => finished.add(target), true);
};

// Wait until the scripts that were added since then have loaded or failed, and return whether there are any.
harness.waitForNewScripts = async () => {
    await harness.pause(0);
    const added = [...document.scripts].filter(script => script.src && !known.has(script));
    for (let ms = 0; ms < MAX_WAIT && !added.every(script => finished.has(script)); ms += 5) await harness.pause(5);
    return added.length > 0;
};
