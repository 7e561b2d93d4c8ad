/*
 * Local replacements of the services that expressCart needs: MongoDB, the session store, Stripe, the mail server.
 *
 * Loaded before the shop: node --require ./services.js app.js. The shop's own code stays unchanged.
 */
'use strict';

const Module = require('module');
const net = require('net');
const path = require('path');

const shop = process.cwd();
const testData = require(path.join(shop, 'bin', 'testdata.json'));

/** As much of a MongoDB collection as the shop's pages use; each call takes a callback or returns a promise. */
class Collection {
  constructor(documents) {
    this.documents = documents.map((document) => ({_id: newId(), ...document}));
  }

  find(query) {
    const state = {found: this.documents.filter((document) => matches(document, query))};
    const cursor = {
      sort: () => cursor,
      skip: (count) => { state.found = state.found.slice(count); return cursor; },
      limit: (count) => { state.found = state.found.slice(0, count); return cursor; },
      toArray: (done) => answer(structuredClone(state.found), done),
    };
    return cursor;
  }

  findOne(query, done) {
    return answer(structuredClone(this.documents.find((document) => matches(document, query)) || null), done);
  }

  count(query, done) {
    return answer(this.documents.filter((document) => matches(document, query)).length, done);
  }

  insert(document, done) {
    const stored = {_id: newId(), ...document};
    this.documents.push(structuredClone(stored));
    return answer({insertedIds: {0: stored._id}, ops: [stored]}, done);
  }

  insertOne(document, done) {
    return this.insert(document, done);
  }
}

let ids = 0x5f00000000;
const newId = () => (ids += 1).toString(16).padStart(24, '0');

function matches(document, query = {}) {
  return Object.entries(query).every(([name, value]) => {
    if (name === '$or') return value.some((one) => matches(document, one));
    if (value && value.$in) return value.$in.includes(document[name]);
    return document[name] === value;
  });
}

function answer(value, done) {
  if (done) setImmediate(done, null, value);
  return Promise.resolve(value);
}

const collections = {};
const database = {
  collection: (name) => {
    const stored = name === 'menu' ? [testData.menu] : testData[name];
    return (collections[name] = collections[name] || new Collection(stored || []));
  },
};

const replacements = {
  mongodb: {
    ObjectID: (id) => id,
    MongoClient: {connect: (_url, _options, done) => answer({db: () => database}, done)},
  },
  'mongodb-uri': {parse: () => ({database: 'shop'})},
  'connect-mongodb-session': (session) => function Store() { return new session.MemoryStore(); },
  stripe: () => ({
    charges: {create: (_charge, done) => answer({id: 'ch_test', paid: true, outcome: {seller_message: 'Paid'}}, done)},
  }),
  nodemailer: {createTransport: () => ({sendMail: (_mail, done) => answer({}, done)})},
};

const load = Module._load;
Module._load = function (name, ...rest) {
  return replacements[name] || load.call(this, name, ...rest);
};

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, {port, host: '127.0.0.1'}, ...rest);
};
