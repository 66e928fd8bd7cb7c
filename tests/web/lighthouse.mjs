// node lighthouse.mjs CHROME CATEGORIES FLAGS URL…: what Lighthouse finds on pages, on its mobile profile, as JSON.
//
// {url: {scores: {category: 0 to 100}, faults: ["audit: what it shows", …]}}: what cost a category its 100.
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const installed = createRequire(`${process.cwd()}/package.json`);
const load = (name) => import(pathToFileURL(installed.resolve(name)));
const {launch} = await load('chrome-launcher');
const {navigationGather} = await load('lighthouse/core/gather/navigation-runner.js');
const {Runner} = await load('lighthouse/core/runner.js');

// Lighthouse takes a task to cost as long as it lasted, and multiplies by four for a phone. Where other programs share the
// machine that is also their time: a page of 0 ms of blocking is given 500, and the score wobbles by fifteen. So each
// task is shortened to the time that the processor spent on it, which Chromium notes beside, and all that lies in it
// keeps its place in proportion. On an idle machine nothing changes.
function countProcessorTime(events) {
  const threads = Map.groupBy(events, (event) => `${event.pid} ${event.tid}`);
  for (const thread of threads.values()) {
    thread.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
    let start = 0, end = 0, share = 1;
    for (const event of thread) {
      if (event.ts >= end && event.ph === 'X' && event.name.endsWith('RunTask') && event.dur > 0 && event.tdur !== undefined) {
        start = event.ts;
        end = event.ts + event.dur;
        share = Math.min(1, event.tdur / event.dur);
      }
      if (event.ts >= end) continue;
      if (event.dur !== undefined) event.dur = (Math.min(event.ts + event.dur, end) - event.ts) * share;
      event.ts = start + (event.ts - start) * share;
    }
  }
}

const toHundred = (score) => Math.round(score * 100);

function faults({audits, categories}) {
  const marked = Object.values(categories).filter(({score}) => toHundred(score) < 100);
  const weighed = marked.flatMap((category) => category.auditRefs).filter((audit) => audit.weight > 0);
  return [...new Set(weighed.map((audit) => audit.id))]
    .map((id) => audits[id])
    .filter((audit) => audit.score !== null && audit.score < 1)
    .map((audit) => `${audit.id}: ${audit.displayValue ?? JSON.stringify(audit.details?.items?.slice(0, 3) ?? audit.title)}`);
}

const [chromePath, categories, chromeFlags, ...urls] = process.argv.slice(2);
const chrome = await launch({chromePath, chromeFlags: ['--headless=new', ...chromeFlags.split(' ')]});
const found = {};
try {
  for (const url of urls) {
    const flags = {port: chrome.port, logLevel: 'error', onlyCategories: categories.split(','), disableFullPageScreenshot: true};
    const {artifacts, runnerOptions} = await navigationGather(undefined, url, {flags});
    if (artifacts.Trace) countProcessorTime(artifacts.Trace.traceEvents);
    const {lhr} = await Runner.audit(artifacts, runnerOptions);
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    const scores = Object.values(lhr.categories).map(({id, score}) => [id, toHundred(score)]);
    found[url] = {scores: Object.fromEntries(scores), faults: faults(lhr)};
  }
} finally {
  await chrome.kill();
}
console.log(JSON.stringify(found));
