#!/usr/bin/env node
// The first thing that runs, on whatever Node there is. Written in old syntax (it must parse on Node 12),
// so that a Node that is too old gets a sentence and not a syntax error.
import fs from 'fs';
import module from 'module';
import path from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const NEEDED_MAJOR = 24;
const EXIT_USAGE = 2;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const isCheckout = fs.existsSync(path.join(root, 'tools', 'runtime', 'package.json'));
const bundledNode = path.join(root, 'node_modules', '.bin', 'node');

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  runHere();
} else if (hasBundledNode()) {
  runOnBundledNode();
} else {
  refuse();
}

function runHere() {
  hideWarningsOfEarly24();
  // Halves the start: compiled code is kept in the system's folder for temporary files.
  if (module.enableCompileCache) module.enableCompileCache();

  const source = path.join(root, 'src', 'cli', 'main.ts');
  const built = path.join(root, 'dist', 'cli', 'main.js');
  const useSource = process.env.YETA_SIM_DIST !== '1' && fs.existsSync(source);
  if (!useSource && !fs.existsSync(built)) {
    fail('yeta-sim is not built: ' + built + ' is missing.\nBuild it:  npm run build');
    return;
  }
  import(pathToFileURL(useSource ? source : built).href).then(function (cli) {
    return cli.main(process.argv.slice(2));
  });
}

/** Until 24.2 type stripping, and for longer node:sqlite, announce themselves as experimental on stderr. */
function hideWarningsOfEarly24() {
  const emitWarning = process.emitWarning;
  process.emitWarning = function (warning, kind) {
    if (kind === 'ExperimentalWarning' && /^(SQLite|Type Stripping) /.test(String(warning))) return;
    emitWarning.apply(process, arguments);
  };
}

function hasBundledNode() {
  return isCheckout && fs.existsSync(bundledNode) && fs.realpathSync(bundledNode) !== process.execPath;
}

/** Stands in for an exec, which old Nodes lack: same terminal, signals forwarded, same end. */
function runOnBundledNode() {
  import('child_process').then(function (childProcess) {
    const args = process.execArgv.concat(process.argv.slice(1));
    const child = childProcess.spawn(bundledNode, args, { stdio: 'inherit' });
    // A Ctrl-C goes from the terminal to both: forwarded, it would count as a second signal.
    const forwardInterrupt = !process.stdin.isTTY;
    process.on('SIGTERM', function () {
      child.kill('SIGTERM');
    });
    process.on('SIGINT', function () {
      if (forwardInterrupt) child.kill('SIGINT');
    });
    child.on('error', refuse); // the bundled Node is for glibc: elsewhere it cannot be started
    child.on('exit', function (code, signal) {
      if (signal === null) process.exit(code);
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  });
}

function refuse() {
  const installBringsOne = isCheckout && process.platform === 'linux' && !fs.existsSync(bundledNode);
  const runOnNewer =
    'npx --package=node@26 node "' + process.argv[1] + '" ' + process.argv.slice(2).join(' ');
  fail(
    'yeta-sim needs Node ' +
      NEEDED_MAJOR +
      ' or newer, and this is Node ' +
      process.versions.node +
      '.\n' +
      'Get it:  ' +
      (installBringsOne ? 'npm ci' : runOnNewer.trim()),
  );
}

function fail(message) {
  process.stderr.write(message + '\n');
  process.exitCode = EXIT_USAGE;
}
