import type { Fixtures } from './account/account.ts';
import type { PhoneRecording } from './call/call.ts';
import { endLostPhones } from './call/phone.ts';
import type { SimulationConfig } from './config.ts';
import { Engine } from './engine.ts';
import type { FilePort, HttpPort, PhonePort } from './port.ts';
import { Flights } from './push/flights.ts';
import { fixturesOf, keepSeed, openClock } from './state.ts';
import type { Database } from './store/database.ts';
import { placeFixtures } from './task/fixture.ts';
import type { Clock } from './time/clock.ts';
import { Driver } from './time/driver.ts';
import { World } from './world.ts';

/** One life of a simulation, from a start, reset or restore to the next: nothing of it outlives it. */
export interface Core {
  /** With the seed of its state. */
  readonly config: SimulationConfig;
  readonly fixtures: Fixtures;
  readonly database: Database;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly driver: Driver;
}

export interface CoreOptions {
  /** Its seed is for a state that has none yet. */
  readonly config: SimulationConfig;
  /** Unless the state has some of its own. */
  readonly fixtures: Fixtures;
  /** Laid over those of the state. */
  readonly overlay: (fixtures: Fixtures) => Fixtures;
  readonly http: HttpPort;
  readonly files: FilePort;
  readonly phones: PhonePort;
  readonly log: (message: string, error: unknown) => void;
  /** How the clock runs; default: as the configuration says. */
  readonly running?: Pick<Clock, 'mode' | 'speed'>;
  /** What is left of the recording of a phone call that a process before this one had; default: nothing. */
  readonly salvage?: ((callUuid: string) => PhoneRecording | null) | undefined;
}

/** Brings a state to life, and ends in it what a process before this one left half done. Its driver is not started yet. */
export function buildCore(database: Database, options: CoreOptions): Core {
  const { overlay, http, files, phones, log, running, salvage = () => null } = options;
  const kept = fixturesOf(database);
  const fixtures = kept === null ? options.fixtures : overlay(kept);
  const config = { ...options.config, seed: keepSeed(database, options.config.seed) };
  const clock = openClock(database, { ...config.clock, ...running });
  const { isReachable } = phones;
  const load = (now: number) => new World({ database, config, fixtures, now, isReachable });
  const engine = new Engine({ database, clock, load, log });
  const problems = engine.transact((world) => {
    world.now = clock.position;
    const notPlaced = placeFixtures(world);
    endLostPhones(world, salvage);
    return notPlaced;
  });
  for (const problem of problems) log(problem, null);
  engine.onPhones = phones.changed;
  const driver = new Driver({ engine, clock, flights: new Flights(http), files, config, log });
  return { config, fixtures, database, clock, engine, driver };
}
