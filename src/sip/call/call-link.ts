import type { Call, PhoneRecording } from '../../sim/call/call.ts';
import { answerPhone, endPhone, mayAnswer, type PhoneEnd, ringPhone } from '../../sim/call/phone.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { type Admission, admitCall, type Invitation } from './invitation.ts';
import type { ServedCall } from './served-call.ts';

/** The simulation's side of one call; every method but `now` resolves after its commit. @throws Refusal busy */
export class CallLink {
  readonly simulation: Simulation;
  #call: ServedCall | null;
  #isForgotten = false;

  /** @param call null: it has still to be admitted */
  constructor(simulation: Simulation, call: ServedCall | null = null) {
    this.simulation = simulation;
    this.#call = call;
  }

  /** Null before the simulation has it. */
  get call(): ServedCall | null {
    return this.#call;
  }

  /** The present instant in the call's own time (spec 4.3). */
  get now(): number {
    if (this.#call === null) return 0;
    const { dialAt, wallAt } = this.#call;
    return dialAt + Math.max(0, this.simulation.clock.wallNow - wallAt);
  }

  async admit(invitation: Invitation): Promise<Admission> {
    const admission = await this.simulation.execute((world) => admitCall(world, invitation));
    if (admission.kind === 'received') this.#call = admission.call;
    return admission;
  }

  /** What the simulation has come to with the call; null: it has it no more. */
  async look(): Promise<{ readonly mayAnswer: boolean; readonly isHungUp: boolean } | null> {
    return this.simulation.read((world) => {
      const call = this.#find(world);
      if (call === undefined) return null;
      const isHungUp = call.outside.some(({ kind }) => kind === 'hangup');
      return { mayAnswer: mayAnswer(world, call), isHungUp };
    });
  }

  ring(at: number): Promise<void> {
    return this.#change((world, call) => ringPhone(world, call, at));
  }

  answer(at: number): Promise<void> {
    return this.#change((world, call) => answerPhone(world, call, at));
  }

  end(end: PhoneEnd): Promise<void> {
    return this.#change((world, call) => endPhone(world, call, end));
  }

  /** What was recorded is not what the record says. */
  async correct(recording: PhoneRecording | null): Promise<void> {
    const id = this.#call?.id;
    if (id === undefined || this.#isForgotten) return;
    await this.simulation.execute((world) => {
      const call = world.call(id);
      if (call === null || call.phone === null) return;
      call.phone.recording = recording;
      world.touchCall(call);
    });
  }

  /** The simulation knows nothing of it any more: another call may have its id. */
  forget(): void {
    this.#isForgotten = true;
  }

  async #change(command: (world: World, call: Call) => void): Promise<void> {
    if (this.#call === null || this.#isForgotten) return;
    await this.simulation.execute((world) => {
      const call = this.#find(world);
      if (call !== undefined) command(world, call);
    });
  }

  #find(world: World): Call | undefined {
    return this.#call === null || this.#isForgotten ? undefined : world.phoneCalls.get(this.#call.id);
  }
}
