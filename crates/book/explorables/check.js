// Calls functions of a model and compares what they give with what the program computes:
//   node check.js MODEL.js CALLS.json
// Each call is { function, arguments, expected, tolerance }; a number may differ by `tolerance`, as a
// share of the largest number in its list.
"use strict";

const fs = require("node:fs");
const vm = require("node:vm");

const [modelFile, callsFile] = process.argv.slice(2);
// As in a page: `model` is the one name that the script gives to others.
const model = vm.runInNewContext(`${fs.readFileSync(modelFile, "utf8")}\nmodel;`, { Math, performance, TextDecoder });

/** The first difference, in words; null where there is none. */
function difference(found, expected, tolerance, path) {
  if (typeof expected === "number") return numbersDiffer([found], [expected], tolerance, path);
  if (expected === null || typeof expected !== "object") {
    return found === expected ? null : `${path}: ${found}, not ${expected}`;
  }
  if (typeof found !== "object" || found === null) return `${path}: ${found}, not a list or object`;
  const keys = Object.keys(expected);
  if (Array.isArray(expected) && found.length !== expected.length) {
    return `${path}: ${found.length} entries, not ${expected.length}`;
  }
  if (Array.isArray(expected) && expected.every((value) => typeof value === "number")) {
    return numbersDiffer(Array.from(found), expected, tolerance, path);
  }
  for (const key of keys) {
    const said = difference(found[key], expected[key], tolerance, `${path}.${key}`);
    if (said) return said;
  }
  return null;
}

function numbersDiffer(found, expected, tolerance, path) {
  const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [at, value] of expected.entries()) {
    // Written so that what is no number differs.
    if (!(Math.abs(found[at] - value) <= tolerance * size)) {
      return `${path}[${at}]: ${found[at]}, not ${value} within ${tolerance} of ${size}`;
    }
  }
  return null;
}

const calls = JSON.parse(fs.readFileSync(callsFile, "utf8"));
let wrong = 0;
for (const { function: name, arguments: given, expected, tolerance } of calls) {
  const said = difference(model[name](...given), expected, tolerance, name);
  if (said) {
    wrong += 1;
    console.log(`${said}\n  of ${JSON.stringify(given).slice(0, 300)}`);
  }
}
console.log(`${modelFile}: ${calls.length} calls compared, ${wrong} differ`);
process.exit(wrong > 0 || calls.length === 0 ? 1 : 0);
