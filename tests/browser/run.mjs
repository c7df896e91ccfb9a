// Start Pyodide under node, install two wheels, and check the fixtures.
//
//   node run.mjs PYODIDE_FOLDER NUMPY_WHEEL PUREHDF_WHEEL FIXTURES CHECK_FOLDER
//
// FIXTURES and CHECK_FOLDER (it holds the Python modules) are mounted, nothing else of the
// repository is: what answers to "import purehdf" inside can only be the wheel.  The report,
// one JSON object, is the only thing on standard output.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, numpyWheel, purehdfWheel, fixtures, checkFolder] = process.argv.slice(2);

const CHECK = `
import sys
sys.path[:0] = ["/check", "/repository"]

import import_cost
report = import_cost.measure()  # before anything else is imported

import json
from importlib.metadata import distributions
report["installed"] = sorted(distribution.name for distribution in distributions())

import check_fixtures
report["ways"] = check_fixtures.run("/repository/fixtures")
json.dumps(report)
`;

function mount(pyodide, folder, place) {
  pyodide.FS.mkdirTree(place);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, place);
}

async function timed(seconds, name, step) {
  const start = performance.now();
  const result = await step();
  seconds[name] = (performance.now() - start) / 1000;
  return result;
}

async function main() {
  const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, "pyodide.mjs")).href);
  const seconds = {};
  const pyodide = await timed(seconds, "start", () => loadPyodide({ stdout: console.error }));
  const site = pyodide.runPython("import site; site.getsitepackages()[0]");
  await timed(seconds, "install", () => {
    for (const wheel of [numpyWheel, purehdfWheel]) {
      // Pyodide does not know node's Buffer: hand over the bytes as a plain array.
      const bytes = new Uint8Array(readFileSync(wheel));
      pyodide.unpackArchive(bytes, "wheel", { extractDir: site });
    }
  });
  mount(pyodide, fixtures, "/repository/fixtures");
  mount(pyodide, checkFolder, "/check");
  const text = await timed(seconds, "imports and all fixtures", () => pyodide.runPython(CHECK));
  const report = JSON.parse(text);
  report.seconds = { ...seconds, ...report.seconds };
  process.stdout.write(JSON.stringify(report) + "\n");
}

main().catch((error) => {
  // Without this, node would print the line that failed: a megabyte of generated code.
  console.error(String(error?.message ?? error));
  process.exitCode = 1;
});
