import { describe, expect, it } from 'vitest';
import { cutCall } from '../../src/sim/call/step.ts';
import { dialLine } from '../../src/sim/task/dial.ts';
import type { SipConfig } from '../../src/sip/config.ts';
import { headerOf, type SipRequest, tagOf } from '../../src/sip/message/message.ts';
import { TestReceiver } from '../support/receiver.ts';
import { MINUTE, rowsOf } from '../support/stage.ts';
import { register } from './credential.ts';
import { Phone } from './media/phone.ts';
import { sine } from './media/sound.ts';
import type { Peer, Transport } from './peer.ts';
import { SipRig, until } from './rig.ts';
import { MENU, reaches, stageOf, turnsOf, waitsAt } from './robot.ts';

const NUMBER = '19900007001';
const ACCOUNT = { user: '1007', password: 'yeta-1007', appId: '20180739', numbers: [NUMBER] };
const TAG = 'callee';

/** A phone that is registered, and a simulator that calls it by a task. */
class Scene implements AsyncDisposable {
  readonly rig: SipRig;
  readonly peer: Peer;
  taskId = '';

  private constructor(rig: SipRig, peer: Peer) {
    this.rig = rig;
    this.peer = peer;
  }

  static async open({
    transport = 'udp' as Transport,
    receiver,
    ...config
  }: { transport?: Transport; receiver?: TestReceiver } & Partial<SipConfig> = {}): Promise<Scene> {
    const options = {
      fixtures: { sipAccounts: [ACCOUNT] },
      ...(receiver === undefined ? null : { receiver }),
    };
    const rig = await SipRig.open({ ...config, stage: stageOf(MENU, options) });
    const peer = await rig.peer(transport);
    await register(peer);
    return new Scene(rig, peer);
  }

  /** Lets a task dial. */
  async dial(numbers: readonly string[] = [NUMBER]): Promise<void> {
    const { stage } = this.rig;
    this.taskId = await stage.create({ robot: '900' });
    await stage.ask('insert', { task_id: this.taskId, ...rowsOf(numbers) });
    await stage.ask('start', { task_id: this.taskId });
    await stage.advance(100);
  }

  /** Lets a task dial. @returns what reaches the phone */
  async ring(): Promise<SipRequest> {
    await this.dial();
    return this.peer.request('INVITE');
  }

  /** Picks up. @returns the ACK */
  async pickUp(invite: SipRequest, body: string): Promise<SipRequest> {
    this.peer.reply(invite, 200, { tag: TAG, body, headers: [this.contact] });
    return this.peer.request('ACK');
  }

  get contact(): string {
    return `Contact: <sip:1007@127.0.0.1:${this.peer.port}>`;
  }

  /** A request of the phone in the call that an INVITE began. */
  ask(invite: SipRequest, method: string, more: { body?: string; cseq?: number } = {}) {
    return this.peer.ask({
      method,
      cseq: 1,
      callId: invite.callId,
      fromTag: TAG,
      from: 'sip:1007@127.0.0.1',
      to: invite.from.uri.text,
      toTag: tagOf(invite.from) ?? '',
      ...more,
    });
  }

  /** What the call came to, once it has ended. */
  async result(): Promise<number | null> {
    return (await reaches(this.rig, 'ended')).result;
  }

  /** Nothing is left of it in signalling. */
  async forgotten(): Promise<void> {
    await until(
      () => this.rig.server.counts,
      ({ dialogs, servers, clients }) => dialogs + servers + clients === 0,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig.idle();
    await this.rig[Symbol.asyncDispose]();
  }
}

describe.concurrent.each(['udp', 'tcp'] as const)('over %s a task', (transport) => {
  it('rings the phone of an account, whose talk it is then, with keys and both voices', async () => {
    await using receiver = await TestReceiver.start();
    await using scene = await Scene.open({ transport, receiver });
    await using phone = await Phone.open();
    const { rig, peer } = scene;
    const invite = await scene.ring();
    expect(invite.uri.text).toBe(`sip:1007@127.0.0.1:${peer.port}`);
    expect([invite.from.uri.user, invite.to.uri.user]).toEqual(['69101338', '1007']);
    expect(headerOf(invite, 'contact')).toContain(`:${rig.port}`);
    peer.reply(invite, 100);
    peer.reply(invite, 180, { tag: TAG });
    await reaches(rig, 'ringing');
    await scene.pickUp(invite, phone.offer());
    phone.dial(Number(/m=audio (\d+)/.exec(invite.body)?.[1]));
    await reaches(rig, 'talking');
    await waitsAt(rig, 'menu');
    await phone.talk(sine(1000, 900));
    await phone.sendInTime(phone.pressOf('1'));
    peer.accept(await peer.request('BYE'));
    const call = await reaches(rig, 'ended');
    expect(call.result).toBe(0);
    expect((await turnsOf(rig)).map(({ nodeId, role }) => `${role} ${nodeId}`)).toEqual([
      'robot menu',
      'customer menu',
      'robot end',
    ]);
    await rig.idle();
    await rig.stage.advance(MINUTE);
    const records = receiver.of('receiveCallRecord').map(({ body }) => body);
    expect(records).toHaveLength(2);
    const { dialAt, ringAt, answerAt, hangupAt } = call;
    expect(records.find((record) => 'task_result' in record)).toMatchObject({
      callee: NUMBER,
      time_dial: dialAt,
      time_ring: ringAt,
      time_answer: answerAt,
      time_hangup: hangupAt,
      task_result: '0',
    });
    expect((ringAt ?? 0) - dialAt).toBeGreaterThanOrEqual(0);
    expect(receiver.of('receiveDialog')).toHaveLength(1);
    const [voice] = receiver.of('receiveVoice');
    expect(voice?.body.size).toBe(44 + 32 * ((hangupAt ?? 0) - (answerAt ?? 0)));
    await scene.forgotten();
  });
});

describe.concurrent('the answer of a phone is a result of its call:', () => {
  it.each([
    [486, 5],
    [600, 5],
    [603, 8],
    [480, 20],
    [408, 20],
    [404, 6],
    [302, 25],
    [403, 23],
    [488, 26],
    [500, 26],
    [401, 26],
  ])('%i → %i', async (status, result) => {
    await using scene = await Scene.open();
    const invite = await scene.ring();
    scene.peer.reply(invite, status, { tag: TAG });
    expect((await scene.peer.request('ACK')).to.parameters.get('tag')).toBe(TAG);
    expect(await scene.result()).toBe(result);
    expect((await scene.rig.call()).answerAt).toBeNull();
    await scene.forgotten();
  });

  it('nobody is registered → 4, in simulated time', async () => {
    await using scene = await Scene.open();
    await register(scene.peer, {}, { Expires: '0' });
    await scene.dial();
    await scene.rig.stage.idle();
    const { phone, result, hangupAt, dialAt } = await scene.rig.call();
    expect({ phone, result }).toEqual({ phone: null, result: 4 });
    expect((hangupAt ?? 0) - dialAt).toBeGreaterThanOrEqual(3500);
    expect(scene.peer.got.some((message) => message.kind === 'request')).toBe(false);
  });
});

describe.concurrent('a phone that', () => {
  it('nobody picks up is called off after the ringing time of its rule', async () => {
    await using scene = await Scene.open();
    const { rig, peer } = scene;
    await rig.stage.simulation.execute((world) =>
      world.rules.add({ match: { callee: NUMBER }, outcome: { ringMs: 60 } }, null),
    );
    const invite = await scene.ring();
    peer.reply(invite, 180, { tag: TAG });
    const cancel = await peer.request('CANCEL');
    expect(headerOf(cancel, 'via')).toBe(headerOf(invite, 'via'));
    // Again, until the INVITE is answered.
    await peer.request('CANCEL');
    peer.accept(cancel);
    peer.reply(invite, 487, { tag: TAG });
    expect(await scene.result()).toBe(20);
    await scene.forgotten();
  });

  it('says nothing after a CANCEL is forgotten', async () => {
    await using scene = await Scene.open();
    const { rig, peer } = scene;
    await rig.stage.simulation.execute((world) =>
      world.rules.add({ match: { callee: NUMBER }, outcome: { ringMs: 20 } }, null),
    );
    peer.reply(await scene.ring(), 180, { tag: TAG });
    await peer.request('CANCEL');
    expect(await scene.result()).toBe(20);
    await scene.forgotten();
  });

  it('never answers at all gets its INVITE again, and has not picked up', async () => {
    await using scene = await Scene.open({ t1: 4 });
    const invite = await scene.ring();
    const again = await scene.peer.request('INVITE');
    expect(headerOf(again, 'via')).toBe(headerOf(invite, 'via'));
    expect(await scene.result()).toBe(20);
    await scene.forgotten();
  });

  it('picks up as it is called off is hung up on', async () => {
    await using scene = await Scene.open();
    const { rig, peer } = scene;
    await rig.stage.simulation.execute((world) =>
      world.rules.add({ match: { callee: NUMBER }, outcome: { ringMs: 20 } }, null),
    );
    const invite = await scene.ring();
    peer.reply(invite, 180, { tag: TAG });
    const cancel = await peer.request('CANCEL');
    await using phone = await Phone.open();
    await scene.pickUp(invite, phone.offer());
    peer.accept(await peer.request('BYE'));
    peer.accept(cancel);
    expect(await scene.result()).toBe(20);
    await scene.forgotten();
  });

  it('sends its 200 again gets the ACK again', async () => {
    await using scene = await Scene.open();
    await using phone = await Phone.open();
    const invite = await scene.ring();
    const first = await scene.pickUp(invite, phone.offer());
    const second = await scene.pickUp(invite, phone.offer());
    expect(headerOf(second, 'cseq')).toBe(headerOf(first, 'cseq'));
    await reaches(scene.rig, 'talking');
    expect((await scene.ask(invite, 'BYE')).status).toBe(200);
    expect(await scene.result()).toBe(15);
    await scene.forgotten();
  });

  it('leaves the Contact out of its answers is talked with all the same', async () => {
    await using scene = await Scene.open();
    await using phone = await Phone.open();
    const invite = await scene.ring();
    scene.peer.reply(invite, 200, { tag: TAG, body: phone.offer() });
    expect((await scene.peer.request('ACK')).uri.text).toBe(invite.uri.text);
    await reaches(scene.rig, 'talking');
    await scene.ask(invite, 'BYE');
  });

  it('answers with audio that cannot be taken is hung up on', async () => {
    await using scene = await Scene.open();
    const invite = await scene.ring();
    await scene.pickUp(invite, 'v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 9\r\n');
    scene.peer.accept(await scene.peer.request('BYE'));
    expect(await scene.result()).toBe(26);
  });

  it('holds, resumes and presses keys by INFO', async () => {
    await using scene = await Scene.open();
    await using phone = await Phone.open();
    const { rig, peer } = scene;
    const invite = await scene.ring();
    await scene.pickUp(invite, phone.offer());
    await waitsAt(rig, 'menu');
    // The question has begun: its keys count from there on.
    await phone.waitFor(45);
    for (const [cseq, direction] of [
      [1, 'sendonly'],
      [2, 'sendrecv'],
    ] as const) {
      const answer = await scene.ask(invite, 'INVITE', { cseq, body: phone.offer({ direction }) });
      expect(answer.status).toBe(200);
      expect(headerOf(answer, 'contact')).not.toBeNull();
      peer.send(
        peer.write({
          method: 'ACK',
          cseq,
          callId: invite.callId,
          fromTag: TAG,
          to: invite.from.uri.text,
          toTag: tagOf(invite.from) ?? '',
        }),
      );
    }
    const info = peer.write({
      method: 'INFO',
      cseq: 3,
      callId: invite.callId,
      fromTag: TAG,
      to: invite.from.uri.text,
      toTag: tagOf(invite.from) ?? '',
      headers: { 'Content-Type': 'application/dtmf-relay' },
      body: 'Signal=1\r\n',
    });
    peer.send(info);
    expect((await peer.answer(info)).status).toBe(200);
    peer.accept(await peer.request('BYE'));
    expect(await scene.result()).toBe(0);
  });
});

describe.concurrent('a call to a phone', () => {
  it('keeps a channel, is what keeps the simulator from being idle, and no clock moves it', async () => {
    await using scene = await Scene.open();
    await using phone = await Phone.open();
    const { rig } = scene;
    const invite = await scene.ring();
    await scene.pickUp(invite, phone.offer());
    await reaches(rig, 'talking');
    const { to, from, pending } = await rig.stage.simulation.advance({
      to: rig.stage.now + 60 * MINUTE,
      untilIdle: true,
      overlap: false,
    });
    expect(to - from).toBe(0);
    expect(pending).toEqual([expect.stringMatching(/^SIP call \S+ from 69101338 to 19900007001 under way$/)]);
    await rig.stage.advance(60 * MINUTE);
    expect(await rig.read((world) => world.lines.get('69101338')?.busy)).toBe(1);
    expect((await scene.ask(invite, 'BYE')).status).toBe(200);
    expect(await scene.result()).toBe(15);
    expect(await rig.read((world) => world.lines.get('69101338')?.busy)).toBe(0);
    expect(await rig.stage.status(scene.taskId)).toBe(4);
  });

  it('is broken off with its task: 26 while it rings, by CANCEL', async () => {
    await using scene = await Scene.open();
    const { rig, peer } = scene;
    const invite = await scene.ring();
    peer.reply(invite, 180, { tag: TAG });
    await reaches(rig, 'ringing');
    await rig.stage.ask('delete', { task_id: scene.taskId });
    const cancel = await peer.request('CANCEL');
    peer.accept(cancel);
    peer.reply(invite, 487, { tag: TAG });
    expect(await scene.result()).toBe(26);
    await scene.forgotten();
  });

  it('that is broken off as it is dialled does not ring on', async () => {
    await using scene = await Scene.open();
    const { rig, peer } = scene;
    const { simulation } = rig.stage;
    await rig.stage.callout([NUMBER]);
    // One command: the phone is told once, of a call that is over already.
    await simulation.execute((world) => {
      const line = world.lines.get('69101338');
      if (line !== undefined) dialLine(world, line);
      for (const call of world.calls.values()) cutCall(world, call);
    });
    expect(await scene.result()).toBe(26);
    await rig.idle();
    const requests = peer.got.filter((message) => message.kind === 'request');
    if (requests.length > 0) peer.reply(await peer.request('INVITE'), 487, { tag: TAG });
    await scene.forgotten();
  });

  it('is broken off with its task: 16 while it is talked through, by BYE', async () => {
    await using scene = await Scene.open();
    await using phone = await Phone.open();
    const { rig, peer } = scene;
    await scene.pickUp(await scene.ring(), phone.offer());
    await reaches(rig, 'talking');
    await rig.stage.ask('delete', { task_id: scene.taskId });
    peer.accept(await peer.request('BYE'));
    expect(await scene.result()).toBe(16);
    expect((await rig.read((world) => [...world.phoneCalls.keys()])).length).toBe(0);
  });

  it('ends with a reset, and is unknown then', async () => {
    await using scene = await Scene.open();
    await using phone = await Phone.open();
    await scene.pickUp(await scene.ring(), phone.offer());
    await reaches(scene.rig, 'talking');
    const bye = scene.peer.request('BYE');
    await scene.rig.stage.simulation.reset();
    scene.peer.accept(await bye);
    expect(await scene.rig.stage.calls()).toEqual([]);
  });

  it('fails with the connection of its phone', async () => {
    await using scene = await Scene.open({ transport: 'tcp' });
    const invite = await scene.ring();
    scene.peer.reply(invite, 180, { tag: TAG });
    await reaches(scene.rig, 'ringing');
    await scene.peer[Symbol.asyncDispose]();
    expect(await scene.result()).toBe(26);
    expect(scene.rig.server.bindings()).toEqual([]);
    await scene.forgotten();
  });

  it('is made once for each number, all at the same time', async () => {
    await using scene = await Scene.open();
    const numbers = [NUMBER, NUMBER, NUMBER];
    await scene.dial(numbers);
    const invites: SipRequest[] = [];
    for (const _ of numbers) invites.push(await scene.peer.request('INVITE'));
    expect(new Set(invites.map(({ callId }) => callId)).size).toBe(3);
    for (const invite of invites) scene.peer.reply(invite, 486, { tag: TAG });
    await scene.rig.idle();
    expect((await scene.rig.stage.calls()).map(({ result }) => result)).toEqual([5, 5, 5]);
  });
});
