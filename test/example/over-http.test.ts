import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../src/index.ts';

/* The examples that use a simulator over HTTP alone, run as their readers run them. */

const run = promisify(execFile);
const EXAMPLES = join(import.meta.dirname, '../../examples');
/** Where Debian keeps what `apt-get install junit5 libjackson2-databind-java` brings. */
const JARS = '/usr/share/java';
const JACKSON = ['databind', 'core', 'annotations'].map((name) => `${JARS}/jackson-${name}.jar`);
const JUNIT = `${JARS}/junit-platform-console-standalone.jar`;
const JUNIT_API = ['junit-jupiter-api', 'junit-platform-commons', 'apiguardian-api', 'opentest4j'].map(
  (name) => `${JARS}/${name}.jar`,
);

/** What runs an example against the simulator at a url; resolves with what it prints. */
type Runner = (environment: NodeJS.ProcessEnv) => Promise<string>;

/** Where the tools of a language are not installed, its example is skipped, and the list of tests says so. */
function has(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

const python: Runner = async (env) => {
  const { stderr } = await run('python3', ['-B', '-m', 'unittest', '-v'], {
    cwd: join(EXAMPLES, 'python'),
    env,
  });
  return stderr;
};

const php: Runner = async (env) => (await run('phpunit', [], { cwd: join(EXAMPLES, 'php'), env })).stdout;

const java: Runner = async (env) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-java-'));
  const sources = globSync('java/src/**/*.java', { cwd: EXAMPLES }).map((path) => join(EXAMPLES, path));
  const libraries = [...JACKSON, ...JUNIT_API].join(':');
  await run('javac', ['-encoding', 'UTF-8', '-d', folder.path, '-cp', libraries, ...sources]);
  const classes = [folder.path, ...JACKSON].join(':');
  const scan = ['--class-path', classes, '--scan-class-path', '--disable-banner', '--details=summary'];
  return (await run('java', ['-jar', JUNIT, ...scan], { env })).stdout;
};

describe.concurrent('the example', { timeout: 60_000 }, () => {
  it.for([
    {
      language: 'Python, with unittest',
      isThere: has('python3', '--version'),
      runner: python,
      passed: /^OK$/m,
    },
    {
      language: 'PHP, with PHPUnit',
      isThere: has('phpunit', '--version') && has('php', '-r', 'new PDO("sqlite::memory:");'),
      runner: php,
      passed: /^OK \(1 test/m,
    },
    {
      language: 'Java, with JUnit 5',
      isThere: [JUNIT, ...JACKSON, ...JUNIT_API].every(existsSync) && has('javac', '-version'),
      runner: java,
      passed: /1 tests successful[\s\S]* 0 tests failed/,
    },
  ])('in $language passes', async ({ language, isThere, runner, passed }, { skip }) => {
    skip(!isThere, `not installed here: ${language}`);
    await using sim = await createSimulator();
    const printed = await runner({ ...process.env, YETA_SIM_URL: sim.url });
    expect(printed).toMatch(passed);
    // Each has cleaned up behind itself.
    expect(await sim.universes.list()).toEqual([]);
  });
});
