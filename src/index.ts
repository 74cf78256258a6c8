export type { Settings } from './config.ts';
export { ConfigurationError } from './sim/configuration-error.ts';
export { openSimulator, Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';
