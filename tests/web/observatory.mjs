// node observatory.mjs HOST HTTP_PORT HTTPS_PORT PATH…: the marks of Mozilla's HTTP Observatory, as JSON.
//
// {path: {grade: "A+", score: 100 and more, failed: ["rule: what it found", …]}}. Its own command knows no ports.
import {existsSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const installed = createRequire(`${process.cwd()}/package.json`);
const home = installed.resolve('@mdn/mdn-http-observatory/package.json').replace('package.json', 'src/');
const load = (name) => import(pathToFileURL(home + name));
const {retrieve} = await load('retriever/retriever.js');
const {ALL_TESTS} = await load('constants.js');
const {getGradeForScore, getScoreModifier} = await load('grader/grader.js');
const {MINIMUM_SCORE_FOR_EXTRA_CREDIT} = await load('grader/charts.js');

// Which sites browsers have on their preload list: its installation fetches that, and only ever to mark better than the
// headers do. Here nobody is on it.
const preloaded = `${home}../conf/hsts-preload.json`;
if (!existsSync(preloaded)) writeFileSync(preloaded, '{}');

const [host, httpPort, httpsPort, ...paths] = process.argv.slice(2);
const marks = {};
for (const path of paths) {
  const retrieved = await retrieve(host, {httpPort: Number(httpPort), httpsPort: Number(httpsPort), path});
  const found = ALL_TESTS.map((test) => test(retrieved));
  const modifiers = found.map(({result}) => getScoreModifier(result));
  const lost = modifiers.filter((modifier) => modifier < 0).reduce((sum, modifier) => sum + modifier, 100);
  const all = modifiers.reduce((sum, modifier) => sum + modifier, 100);
  const failed = found.filter(({pass}) => !pass).map((rule) => `${rule.constructor.name}: ${rule.result}`);
  marks[path] = {...getGradeForScore(lost >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? all : lost), failed};
}
console.log(JSON.stringify(marks));
