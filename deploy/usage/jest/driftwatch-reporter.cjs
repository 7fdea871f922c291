'use strict';
/**
 * Writes what `driftwatch-setup.cjs` noted, with the outcome of each test, as the record that `driftwatch tests import`
 * reads. Options: `suite` (default `jest`), `file` (default `.driftwatch/usage.json`).
 */
const fs = require('fs');
const os = require('os');
const path = require('path');

const OUTCOMES = { passed: 'passed', failed: 'failed' }; // pending, todo, disabled: nothing rests on them

module.exports = class DriftwatchReporter {
  constructor(globalConfig, options = {}) {
    this.config = globalConfig;
    this.suite = options.suite || 'jest';
    this.file = path.resolve(globalConfig.rootDir, options.file || '.driftwatch/usage.json');
  }

  onRunStart() {
    // workers inherit the environment
    this.notes = fs.mkdtempSync(path.join(os.tmpdir(), 'driftwatch-'));
    process.env.DRIFTWATCH_NOTES = this.notes;
  }

  onRunComplete(contexts, results) {
    const noted = this.gathered();
    const uses = results.testResults.flatMap(({ testFilePath, testResults }) =>
      testResults.map(({ fullName, status }) => ({
        test: `${this.below(testFilePath)}#${fullName}`,
        outcome: OUTCOMES[status] || 'skipped',
        touches: (noted.get(`${testFilePath}#${fullName}`) || []).map((touch) =>
          touch.file ? { ...touch, file: this.below(touch.file) } : touch),
      })));
    const { testNamePattern, testPathPatterns, onlyChanged, onlyFailures, shard } = this.config;
    const paths = testPathPatterns ? testPathPatterns.patterns || [] : [];
    const record = {
      schema: 'driftwatch.usage/1',
      suite: this.suite,
      made_by: 'driftwatch-reporter for Jest',
      finished_at: new Date().toISOString(),
      is_whole: !(testNamePattern || paths.length || onlyChanged || onlyFailures || shard || results.wasInterrupted),
      root: this.config.rootDir,
      uses,
    };
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(`${this.file}.new`, JSON.stringify(record, null, 1));
    fs.renameSync(`${this.file}.new`, this.file);
    fs.rmSync(this.notes, { recursive: true, force: true });
  }

  gathered() {
    const noted = new Map();
    for (const folder of fs.readdirSync(this.notes)) {
      const { file, told } = JSON.parse(fs.readFileSync(path.join(this.notes, folder, 'notes.json'), 'utf8'));
      for (const [test, touches] of told) {
        noted.set(`${file}#${test}`, touches);
      }
    }
    return noted;
  }

  below(file) {
    return path.relative(this.config.rootDir, file).split(path.sep).join('/');
  }
};
