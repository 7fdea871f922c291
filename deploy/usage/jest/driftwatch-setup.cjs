'use strict';
/**
 * Notes which Jest test was answered by which mock of nock (13 or 14). `driftwatch-reporter.cjs` gathers the notes.
 *
 *   // jest.config.js
 *   setupFilesAfterEnv: ['<rootDir>/driftwatch-setup.cjs'],
 *   reporters: ['default', ['<rootDir>/driftwatch-reporter.cjs', { suite: 'orders' }]],
 *
 * A mock that `nock.load`, `nock.define(nock.loadDefs(file))` or `nock.back` took from a file is told by its place in it,
 * one that stands in code by what was asked. Only mocks that answered count; no query, header or body is noted.
 */
const fs = require('fs');
const path = require('path');
const nock = require('nock');

const notes = process.env.DRIFTWATCH_NOTES;
const places = new WeakMap(); // scope or definitions -> where they stand
const touched = new Map(); // test -> touches

function load(file) {
  return placed(define(loadDefs(file)), file);
}

function placed(scopes, file) {
  // a fixture is a list, and each of its definitions becomes a scope
  scopes.forEach((scope, index) => places.set(scope, { file: path.resolve(String(file)), pointer: `/${index}` }));
  return scopes;
}

const { loadDefs, define, back } = nock;

function watch() {
  nock.load = load;
  nock.loadDefs = (file) => {
    const definitions = loadDefs(file);
    if (Array.isArray(definitions)) {
      places.set(definitions, { file });
    }
    return definitions;
  };
  nock.define = (definitions) => {
    const scopes = define(definitions);
    const from = places.get(definitions);
    return from ? placed(scopes, from.file) : scopes;
  };
  nock.back = Object.assign((fixture, ...more) => {
    const file = path.join(back.fixtures || '', fixture);
    const last = more[more.length - 1];
    if (typeof last === 'function') {
      more[more.length - 1] = function (done) {
        placed(this.scopes, file);
        return last.call(this, done);
      };
      return back(fixture, ...more);
    }
    return back(fixture, ...more).then((begun) => {
      placed(begun.context.scopes, file);
      return begun;
    });
  }, back);
  // settings of nock.back live on the function itself
  for (const name of ['fixtures', 'currentMode']) {
    Object.defineProperty(nock.back, name, { get: () => back[name], set: (value) => { back[name] = value; } });
  }
  // all scopes share a prototype, which nock does not export; one without interceptors answers nothing
  const scopes = Object.getPrototypeOf(nock('http://driftwatch.invalid'));
  const { emit } = scopes;
  scopes.emit = function (event, request, interceptor, ...more) {
    if (event === 'request') {
      note(this, request, interceptor);
    }
    return emit.call(this, event, request, interceptor, ...more);
  };
}

function note(scope, request, interceptor) {
  const test = expect.getState().currentTestName;
  if (test === undefined) {
    return;
  }
  const asked = String(request.path).split(/[?#]/, 1)[0];
  const place = places.get(scope);
  const touch = { tool: place ? 'nock' : 'code', ...place, method: interceptor.method, url: interceptor.basePath + asked };
  const touches = touched.get(test) || new Map();
  touched.set(test, touches.set(JSON.stringify(touch), touch));
}

if (notes) {
  watch();
  afterAll(() => {
    const file = expect.getState().testPath;
    const told = [...touched].map(([test, touches]) => [test, [...touches.values()]]);
    const name = Buffer.from(path.basename(file)).toString('hex').slice(-80);
    fs.writeFileSync(path.join(fs.mkdtempSync(path.join(notes, name)), 'notes.json'), JSON.stringify({ file, told }));
  });
}
