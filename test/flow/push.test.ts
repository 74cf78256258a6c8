import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/sim/call/call.ts';
import { hangUp } from '../../src/sim/call/hang-up.ts';
import { describeResult } from '../../src/sim/call/result.ts';
import type { CallRow } from '../../src/sim/store/call-table.ts';
import { APPS, PlatformClient } from '../conformance/platform-client.ts';
import { unzip } from '../sim/push/unzip.ts';
import { TestReceiver } from '../support/receiver.ts';
import { aLine, at, DAY, numbersFrom, SECOND, Stage, TEN, urlsTo } from '../support/stage.ts';

const ORDINARY = '19900000001';
const UNANSWERED = '19900001020';
/** Too quick a refusal for any phone to ring. */
const NEVER_RANG = '19900001007';

/** Spec 3.3, in order. */
const KEYS = {
  basic: [
    ...['business_id', 'app_id', 'robot_id', 'call_uuid', 'caller', 'callee', 'direction'],
    ...['time_answer', 'time_hangup', 'duration_ring', 'duration_call'],
  ],
  outbound: [
    ...['business_id', 'app_id', 'robot_id', 'call_uuid', 'task_id', 'task_data_id', 'caller', 'callee'],
    ...[
      'direction',
      'time_dial',
      'time_ring',
      'time_answer',
      'time_hangup',
      'duration_ring',
      'duration_call',
    ],
    ...['task_result', 'task_result_desc', 'task_tries', 'task_row_index', 'task_row_head', 'task_row_value'],
  ],
  inbound: [
    ...[
      'business_id',
      'app_id',
      'robot_id',
      'call_uuid',
      'call_relation_id',
      'caller',
      'callee',
      'direction',
    ],
    ...['time_answer', 'time_hangup', 'duration_ring', 'duration_call'],
  ],
  voice: ['call_uuid', 'url', 'size', 'duration', 'business_id', 'app_id', 'robot_id'],
  dialog: [
    ...['business_id', 'app_id', 'robot_id', 'call_uuid', 'task_id', 'task_data_id'],
    ...['tag_max', 'tag_min', 'time_begin', 'time_end', 'dialog'],
  ],
  inboundDialog: [
    ...['business_id', 'app_id', 'robot_id', 'call_uuid', 'call_relation_id'],
    ...['tag_max', 'tag_min', 'time_begin', 'time_end', 'dialog'],
  ],
  turn: [
    ...['seq', 'role', 'node_id', 'node_name', 'node_type', 'content_id', 'label', 'tag_name', 'tag_desc'],
    ...['time_start', 'time_speaking', 'text_robot', 'text_man', 'question_id', 'hits'],
  ],
  semantics: [
    ...['code', 'business_id', 'app_id', 'robot_id', 'call_uuid', 'task_id', 'task_data_id', 'caller'],
    ...['callee', 'direction', 'context', 'reply', 'dialog'],
  ],
};

type Body = Record<string, unknown>;

/** One call to its last push. */
async function callOne(more: { number: string; robot?: string; turbo?: boolean; seed?: number }) {
  const receiver = await TestReceiver.start();
  const stage = await Stage.open({ receiver, seed: more.seed ?? 1 });
  if (more.turbo === true) {
    await stage.start({ lines: '055196866001', numbers: [more.number], turbo: true });
  } else {
    await stage.callout([more.number], more.robot === undefined ? {} : { robot: more.robot });
  }
  await stage.idle();
  const [call] = await stage.calls();
  if (call === undefined) throw new Error('there was no call');
  const bodies = receiver.got.map(({ module, body }) => ({ variant: variantOf(module, body), body }));
  return {
    stage,
    receiver,
    call,
    variants: bodies.map(({ variant }) => variant).sort(),
    of: (variant: string): Body => bodies.find((one) => one.variant === variant)?.body ?? {},
    async [Symbol.asyncDispose]() {
      await stage.close();
      await receiver.stop();
    },
  };
}

function variantOf(module: string, body: Body): string {
  if (module !== 'receiveCallRecord') return module;
  if ('task_row_index' in body) return 'outbound';
  return 'call_relation_id' in body ? 'inbound' : 'basic';
}

/** Keys of `all` that stand in the body, as far as they may be left out; compared with what is there, order included. */
function expectKeys(body: Body, all: readonly string[], optional: readonly string[] = []): void {
  const expected = all.filter((key) => !optional.includes(key) || key in body);
  expect(Object.keys(body)).toEqual(expected);
  for (const value of Object.values(body)) expect(value ?? 'absent, never null').toBe(value);
}

function secondsBetween(from: number | null, to: number | null): number {
  return Math.floor(((to ?? 0) - (from ?? 0)) / 1000);
}

async function wireIds(stage: Stage, call: CallRow): Promise<{ task: string; row: string }> {
  return await stage.simulation.read(({ ids }) => ({
    task: ids.task(call.task_id ?? 0),
    row: ids.row(call.row_id ?? 0),
  }));
}

describe('an answered outbound call', () => {
  it('owes a basic record, an outbound record, a dialogue and a recording', async () => {
    await using made = await callOne({ number: ORDINARY });
    expect(made.variants).toEqual(['basic', 'outbound', 'receiveDialog', 'receiveVoice']);
  });

  it('has a basic record of exactly these keys, values and types', async () => {
    await using made = await callOne({ number: ORDINARY });
    const { call } = made;
    expectKeys(made.of('basic'), KEYS.basic);
    expect(made.of('basic')).toStrictEqual({
      business_id: '167',
      app_id: '20180739',
      robot_id: '719',
      call_uuid: call.uuid,
      caller: '69101338',
      callee: ORDINARY,
      direction: 2,
      time_answer: call.answer_at,
      time_hangup: call.hangup_at,
      duration_ring: secondsBetween(call.dial_at, call.answer_at),
      duration_call: secondsBetween(call.answer_at, call.hangup_at),
    });
    expect(call.uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('has an outbound record with every field of the basic one and those of its row', async () => {
    await using made = await callOne({ number: ORDINARY });
    const { call, stage } = made;
    const ids = await wireIds(stage, call);
    expectKeys(made.of('outbound'), KEYS.outbound);
    expect(made.of('outbound')).toStrictEqual({
      ...made.of('basic'),
      task_id: ids.task,
      task_data_id: ids.row,
      time_dial: call.dial_at,
      time_ring: call.ring_at,
      task_result: '0',
      task_result_desc: '成功',
      task_tries: 0,
      task_row_index: 1,
      task_row_head: ['客户手机号码', '姓名'],
      task_row_value: [ORDINARY, '姓名0'],
    });
    // As long as real ones, and too long for a number.
    expect(ids.task).toMatch(/^\d{16}$/);
    expect(ids.row).toMatch(/^\d{18}$/);
    expect(Number.isSafeInteger(Number(ids.row))).toBe(false);
  });

  it('has a recording whose size and duration are those of the served file', async () => {
    for (const seed of [1, 2, 3]) {
      await using made = await callOne({ number: ORDINARY, seed });
      const { stage, call } = made;
      const body = made.of('receiveVoice');
      const ids = await wireIds(stage, call);
      expectKeys(body, [...KEYS.voice, 'task_data_id']);
      expect(body).toMatchObject({
        call_uuid: call.uuid,
        business_id: '167',
        app_id: '20180739',
        robot_id: '719',
        task_data_id: ids.row,
        duration: secondsBetween(call.answer_at, call.hangup_at),
      });
      expect(body.url).toMatch(/^ant\/\d+\/ivr\/0\/2026\/01\/05\/0\/\d{8}-[\da-f-]{36}\.wav$/);
      for (const path of [`/voice/${body.url}`, `/${body.url}`]) {
        const response = await stage.app.request(path);
        expect(response.status).toBe(200);
        const file = Buffer.from(await response.arrayBuffer());
        expect(file.length).toBe(body.size);
        expect(response.headers.get('content-length')).toBe(String(body.size));
        // 44 bytes of header that tell of the same: stereo, 8 kHz, 16 bit.
        expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 12)).toBe('RIFFWAVE');
        expect([file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)]).toEqual([2, 8000, 16]);
        expect(file.readUInt32LE(40)).toBe(file.length - 44);
        expect(Math.floor((file.length - 44) / 32_000)).toBe(body.duration);
        // Somebody is heard.
        expect(file.subarray(44).some((byte) => byte !== 0)).toBe(true);
      }
    }
  });

  it('has a dialogue of exactly these keys, a turn for each that spoke', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    // Early hang-ups and calls cut off in the middle among them.
    const numbers = [ORDINARY, ORDINARY, '19900001015', '19900001016', '19900001019'];
    await stage.callout(Array(8).fill(numbers).flat() as string[]);
    await stage.idle();
    const calls = new Map((await stage.calls()).map((call) => [call.uuid, call]));
    const seen = { labels: 0, tags: 0, untagged: 0, silent: 0, spoken: 0, missed: 0 };
    expect(receiver.of('receiveDialog')).toHaveLength(40);
    for (const { body } of receiver.of('receiveDialog')) {
      const call = calls.get(String(body.call_uuid)) as CallRow;
      const ids = await wireIds(stage, call);
      expectKeys(body, KEYS.dialog, ['tag_max', 'tag_min']);
      expect(body).toMatchObject({
        business_id: '167',
        app_id: '20180739',
        robot_id: '719',
        task_id: ids.task,
        task_data_id: ids.row,
        time_begin: call.answer_at,
        time_end: call.hangup_at,
      });
      const turns = body.dialog as Body[];
      expect(turns.length).toBeGreaterThan(0);
      expect(turns.map(({ seq }) => seq)).toEqual(turns.map((_, i) => String(i + 1)));
      for (const [i, turn] of turns.entries()) {
        expectTurn(turn, call);
        if ('label' in turn) seen.labels++;
        if (turn.role !== 'customer') continue;
        // It repeats its node's text.
        expect(turn).toMatchObject({ node_id: turns[i - 1]?.node_id, text_robot: turns[i - 1]?.text_robot });
        if (turn.text_man === '') seen.silent++;
        else seen.spoken++;
        if (!(turn.hits as Body[]).some(({ pick }) => pick)) seen.missed++;
      }
      const tags = turns.flatMap(({ tag_name }) => tag_name ?? []).sort() as string[];
      expect([body.tag_max, body.tag_min]).toEqual([tags.at(0), tags.at(-1)]);
      if (tags.length > 0) seen.tags++;
      else seen.untagged++;
    }
    // What may be absent was there, and was not.
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('says nothing the same way twice, and calls people by the name in their row', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    await stage.callout(Array(20).fill(ORDINARY) as string[]);
    await stage.idle();
    const dialogues = receiver.of('receiveDialog').map(({ body }) => body.dialog as Body[]);
    const texts = dialogues.map((turns) => turns.map(({ text_man }) => text_man).join('|'));
    expect(new Set(texts).size).toBeGreaterThan(15);
    const named = dialogues.map((turns) => String(turns[0]?.text_robot).match(/姓名\d+/)?.[0]);
    expect(new Set(named).size).toBe(20);
  });
});

/** A turn's keys, types and times. */
function expectTurn(turn: Body, call: CallRow): void {
  const isCustomer = turn.role === 'customer';
  expectKeys(
    turn,
    KEYS.turn.filter((key) => isCustomer || (key !== 'hits' && key !== 'time_speaking')),
    ['label', 'tag_name', 'tag_desc', 'time_speaking'],
  );
  expect(isCustomer || turn.role === 'robot').toBe(true);
  const texts = ['seq', 'node_id', 'node_name', 'content_id', 'text_robot', 'text_man', 'question_id'];
  for (const key of texts) expect(typeof turn[key]).toBe('string');
  expect(turn.node_type).toMatch(
    /^(Any|CollectInput|Condition|End|HookInfo|KeyNavigation|NoNeedAnswer|Normal)Node$/,
  );
  expect('tag_name' in turn || !('tag_desc' in turn)).toBe(true);
  for (const key of ['time_start', 'time_speaking'].filter((key) => key in turn)) {
    expect(Number.isInteger(turn[key])).toBe(true);
    expect(turn[key]).toBeGreaterThanOrEqual(call.answer_at ?? 0);
    expect(turn[key]).toBeLessThanOrEqual(call.hangup_at ?? 0);
  }
  if (!isCustomer) expect(turn.text_man).toBe('');
  const hits = (turn.hits ?? []) as Body[];
  for (const hit of hits) {
    expect(Object.entries(hit).map(([key, value]) => `${key} ${typeof value}`)).toEqual([
      'hit string',
      'pick boolean',
      'answer_id string',
    ]);
  }
  expect(hits.filter(({ pick }) => pick).length).toBeLessThanOrEqual(1);
}

describe('an outbound call that nobody answers', () => {
  it('owes its two records, with time_answer 0 and no talk time', async () => {
    await using made = await callOne({ number: UNANSWERED });
    const { call } = made;
    expect(made.variants).toEqual(['basic', 'outbound']);
    expectKeys(made.of('basic'), KEYS.basic);
    expectKeys(made.of('outbound'), KEYS.outbound);
    expect(made.of('outbound')).toMatchObject({
      ...made.of('basic'),
      time_dial: call.dial_at,
      time_ring: call.ring_at,
      time_answer: 0,
      time_hangup: call.hangup_at,
      duration_ring: secondsBetween(call.dial_at, call.hangup_at),
      duration_call: 0,
      task_result: '20',
      task_result_desc: describeResult(20),
    });
  });

  it('has no time_ring if it never rang', async () => {
    await using made = await callOne({ number: NEVER_RANG });
    expectKeys(
      made.of('outbound'),
      KEYS.outbound.filter((key) => key !== 'time_ring'),
    );
    expect(made.of('outbound')).toMatchObject({ task_result: '7', time_answer: 0, duration_ring: 0 });
  });
});

describe('an outbound call of trubo_mode', () => {
  it('owes no recording', async () => {
    await using made = await callOne({ number: ORDINARY, turbo: true });
    expect(made.variants).toEqual(['basic', 'outbound', 'receiveDialog']);
    expectKeys(made.of('receiveDialog'), KEYS.dialog, ['tag_max', 'tag_min']);
  });
});

describe('an inbound call', () => {
  it('owes one record, a dialogue and a recording, each with call_relation_id and without task ids', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    await stage.callIn({ relation: '业务-1' });
    await stage.idle();
    const [call] = await stage.calls();
    const [record, dialog, voice] = ['receiveCallRecord', 'receiveDialog', 'receiveVoice'].map((module) => {
      const [got, ...rest] = receiver.of(module);
      expect(rest).toEqual([]);
      return got?.body ?? {};
    });
    expectKeys(record ?? {}, KEYS.inbound);
    expect(record).toStrictEqual({
      business_id: '167',
      app_id: '20180739',
      robot_id: '719',
      call_uuid: call?.uuid,
      call_relation_id: '业务-1',
      caller: '13900000001',
      callee: '69101408',
      direction: 1,
      time_answer: call?.answer_at,
      time_hangup: call?.hangup_at,
      duration_ring: secondsBetween(call?.dial_at ?? 0, call?.answer_at ?? 0),
      duration_call: secondsBetween(call?.answer_at ?? 0, call?.hangup_at ?? 0),
    });
    expectKeys(dialog ?? {}, KEYS.inboundDialog, ['tag_max', 'tag_min']);
    for (const turn of (dialog?.dialog ?? []) as Body[]) expectTurn(turn, call as CallRow);
    expectKeys(voice ?? {}, [...KEYS.voice, 'call_relation_id']);
    const file = await stage.app.request(`/voice/${voice?.url}`);
    expect((await file.arrayBuffer()).byteLength).toBe(voice?.size);
  });

  it('that nobody answered owes one record with time_answer 0', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const { id } = await stage.callIn({ ringMs: 20 * SECOND });
    await stage.advance(7 * SECOND);
    await stage.simulation.execute((world) => hangUp(world, world.calls.get(id) as Call));
    await stage.idle();
    expect(receiver.got.map(({ module }) => module)).toEqual(['receiveCallRecord']);
    expectKeys(receiver.got[0]?.body ?? {}, KEYS.inbound);
    expect(receiver.got[0]?.body).toMatchObject({
      time_answer: 0,
      time_hangup: TEN + 7 * SECOND,
      duration_ring: 7,
      duration_call: 0,
    });
  });
});

describe('a push', () => {
  it('is one line of JSON with its length, type and the name of the simulator, and no credentials', async () => {
    await using made = await callOne({ number: ORDINARY });
    for (const { text, headers } of made.receiver.got) {
      expect(text).toBe(JSON.stringify(JSON.parse(text)));
      expect(headers).toMatchObject({
        'content-type': 'application/json;charset=UTF-8',
        'content-length': String(Buffer.byteLength(text)),
        'user-agent': expect.stringMatching(/^yeta-sim\/\d+\.\d+\.\d+$/),
      });
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('transfer-encoding');
    }
  });

  it('comes some time after the hang-up: each kind within its own bounds, the records in either order', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const numbers = Array(50).fill(ORDINARY) as string[];
    await stage.callout(numbers, { line: '055169101408' });
    await stage.callout(numbers, { line: '055169101408' });
    await stage.idle({ overlap: true });
    const hangups = new Map((await stage.calls()).map(({ id, hangup_at }) => [id, hangup_at ?? 0]));
    const delays = (await stage.outbox()).map(({ variant, due_at, call_id }) => ({
      variant,
      call_id,
      ms: due_at - (hangups.get(call_id) ?? 0),
    }));
    const bounds = { basic: [300, 1500], outbound: [800, 4000], dialog: [500, 5000], voice: [2000, 10_000] };
    for (const [variant, [least = 0, most = 0]] of Object.entries(bounds)) {
      const own = delays.filter((one) => one.variant === variant).map(({ ms }) => ms);
      expect(own).toHaveLength(100);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...own)).toBeLessThanOrEqual(most);
      // Spread over all of it.
      expect(Math.max(...own) - Math.min(...own)).toBeGreaterThan((most - least) * 0.8);
    }
    const outboundFirst = delays.filter(
      ({ variant, call_id, ms }) =>
        variant === 'outbound' &&
        ms < (delays.find((one) => one.variant === 'basic' && one.call_id === call_id)?.ms ?? 0),
    ).length;
    expect(outboundFirst).toBeGreaterThan(3);
    expect(outboundFirst).toBeLessThan(50);
  });

  it('arrives in the order of the delays, basic record first or last', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const numbers = Array(50).fill(NEVER_RANG) as string[];
    await stage.callout(numbers, { line: '055169101408' });
    await stage.callout(numbers, { line: '055169101408' });
    await stage.idle();
    const byCall = Map.groupBy(receiver.got, ({ body }) => body.call_uuid);
    const orders = [...byCall.values()].map((own) =>
      own.map(({ module, body }) => variantOf(module, body)).join(', '),
    );
    expect(orders).toHaveLength(100);
    expect(new Set(orders)).toEqual(new Set(['basic, outbound', 'outbound, basic']));
  });

  it('tells of a call that gets the basic record too only as often as push.recordTwice says', async () => {
    for (const [recordTwice, least, most] of [
      [0, 0, 0],
      [0.5, 10, 40],
      [1, 50, 50],
    ] as const) {
      await using stage = await Stage.open({ push: { recordTwice } });
      await stage.callout(Array(50).fill(NEVER_RANG) as string[]);
      await stage.idle();
      const variants = (await stage.outbox()).map(({ variant }) => variant);
      expect(variants.filter((variant) => variant === 'outbound')).toHaveLength(50);
      const basics = variants.filter((variant) => variant === 'basic').length;
      expect(basics).toBeGreaterThanOrEqual(least);
      expect(basics).toBeLessThanOrEqual(most);
    }
  });
});

describe('getSemantics', () => {
  it('is asked in the middle of a call, and its answer is in what the robot says next', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const askedAt: number[] = [];
    receiver.answer = ({ module }) => {
      if (module !== 'getSemantics') return 'success';
      askedAt.push(stage.now);
      return '[{"key":"reportorRelation","type":"INTEGER","value":"4711"},{"key":"姓名","type":"string","value":"欧阳"}]';
    };
    await stage.callout([ORDINARY, ORDINARY, ORDINARY, ORDINARY], { robot: '4567' });
    await stage.idle();
    const asked = receiver.of('getSemantics').map(({ body }) => body);
    expect(asked.length).toBeGreaterThan(0);
    const calls = await stage.calls();
    for (const [i, body] of asked.entries()) {
      const call = calls.find(({ uuid }) => uuid === body.call_uuid) as CallRow;
      const ids = await wireIds(stage, call);
      expectKeys(body, KEYS.semantics);
      expect(body).toMatchObject({
        code: 'SELF1',
        business_id: '167',
        app_id: '20180739',
        robot_id: '4567',
        call_uuid: call.uuid,
        task_id: ids.task,
        task_data_id: ids.row,
        caller: '69101338',
        callee: ORDINARY,
        direction: 2,
        context: { 客户手机号码: ORDINARY },
      });
      expect(askedAt[i]).toBeGreaterThan(call.answer_at ?? 0);
      expect(askedAt[i]).toBeLessThan(call.hangup_at ?? 0);
      const turns = body.dialog as Body[];
      expect(turns.map(({ seq }) => seq)).toEqual(turns.map((_, seq) => seq));
      expect(turns.at(-1)).toMatchObject({ text_man: body.reply });
      expect(turns.at(-1)).not.toHaveProperty('hit');
      // The call was pushed as it went on from there.
      const pushed = receiver.of('receiveDialog').filter((got) => got.body.call_uuid === call.uuid);
      const said = pushed
        .flatMap(({ body }) => body.dialog as Body[])
        .map(({ text_robot, time_start }) => ({
          text_robot,
          time_start,
        }));
      const code = said.find(({ text_robot }) => String(text_robot).includes('报告人代码'));
      if (code === undefined) continue;
      expect(code.text_robot).toContain('4711');
      expect(code.time_start).toBeGreaterThanOrEqual(askedAt[i] ?? 0);
    }
    const said = receiver.of('receiveDialog').map(({ text }) => text);
    expect(said.some((text) => text.includes('4711'))).toBe(true);
  });

  it('that fails leaves the call to go on without it', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, pull: { timeout: 100 } });
    receiver.answer = ({ module }) => (module === 'getSemantics' ? null : 'success');
    await stage.callout([ORDINARY], { robot: '4567' });
    await stage.idle();
    expect(receiver.of('getSemantics')).toHaveLength(1);
    expect((await stage.calls())[0]).toMatchObject({ state: 3, result: 0 });
    expect(receiver.of('receiveDialog')).toHaveLength(1);
    const outside = await stage.rows<{ outside: string }>('SELECT outside FROM call');
    expect(JSON.parse(outside[0]?.outside ?? '[]')).toMatchObject([
      { kind: 'semantics', tookMs: 100, values: {}, note: 'timed out after 0.1 s' },
    ]);
  });

  it('that a server answers with an error brings nothing, whatever its body', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    receiver.answer = ({ module }, response) => {
      if (module === 'getSemantics') response.statusCode = 500;
      return module === 'getSemantics'
        ? '[{"key":"reportorRelation","type":"integer","value":8}]'
        : 'success';
    };
    await stage.callout([ORDINARY], { robot: '4567' });
    await stage.idle();
    const [row] = await stage.rows<{ outside: string }>('SELECT outside FROM call');
    expect(JSON.parse(row?.outside ?? '[]')).toMatchObject([
      { kind: 'semantics', values: {}, note: 'HTTP 500' },
    ]);
  });
});

describe('getDialogContext', () => {
  it('is asked while an inbound call of a dynamic robot rings, and fills its texts', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    receiver.answer = ({ module }) =>
      module === 'getDialogContext' ? '{"姓名":"司马","性别":"女"}' : 'success';
    await stage.callIn({ robot: '4567', relation: 'r-9' });
    await stage.idle();
    expect(receiver.got[0]).toMatchObject({ module: 'getDialogContext' });
    expect(JSON.stringify(receiver.got[0]?.body)).toBe(
      '{"call_relation_id":"r-9","business_id":"167","app_id":"20180739","robot_id":"4567"}',
    );
    expect(JSON.stringify(receiver.of('receiveDialog')[0]?.body)).toContain('司马');
    // And what it is asked next has no task: that field is "0", as the table requires one.
    expect(receiver.of('getSemantics')[0]?.body ?? { task_id: '0' }).toMatchObject({ task_id: '0' });
  });

  it('that is late keeps the call ringing for as long, and it goes on without', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, pull: { timeout: 900 } });
    receiver.answer = ({ module }) => (module === 'getDialogContext' ? null : 'success');
    await stage.callIn({ robot: '4567', relation: 'r-9' });
    await stage.idle();
    const [call] = await stage.calls();
    expect((call?.answer_at ?? 0) - (call?.dial_at ?? 0)).toBe(900);
    const [row] = await stage.rows<{ outside: string }>('SELECT outside FROM call');
    expect(JSON.parse(row?.outside ?? '[]')[0]).toMatchObject({
      kind: 'context',
      note: 'timed out after 0.9 s',
    });
  });
});

describe('where a push goes', () => {
  const entry = (url: string, more: { appId?: string; robotId?: string; enabled?: boolean } = {}) => ({
    businessId: '167',
    module: 'receiveCallRecord' as const,
    url,
    enabled: true,
    ...more,
  });

  /** Names of the addresses at which the records of three calls arrive: of robots 719 and 11. */
  async function route(urls: (receiver: TestReceiver) => ReturnType<typeof entry>[]) {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ fixtures: { urls: urls(receiver) } });
    await stage.callout([NEVER_RANG], { robot: '719' });
    await stage.callout([NEVER_RANG], { robot: '11' });
    await stage.idle();
    const went = receiver.got.map(({ module, body }) => `${body.robot_id} ${module}`);
    return { went: [...new Set(went)].sort(), outbox: await stage.outbox() };
  }

  it('is the most specific address: app and robot, robot, app, module', async () => {
    const app = { appId: '20180739' };
    const robot = { robotId: '719' };
    const ladder = (receiver: TestReceiver) => [
      entry(`${receiver.url}/module`),
      entry(`${receiver.url}/app`, app),
      entry(`${receiver.url}/robot`, robot),
      entry(`${receiver.url}/app-robot`, { ...app, ...robot }),
    ];
    expect((await route(ladder)).went).toEqual(['11 app', '719 app-robot']);
    expect((await route((to) => ladder(to).reverse())).went).toEqual(['11 app', '719 app-robot']);
    expect((await route((to) => ladder(to).slice(0, 3))).went).toEqual(['11 app', '719 robot']);
    expect((await route((to) => ladder(to).slice(0, 2))).went).toEqual(['11 app', '719 app']);
    expect((await route((to) => ladder(to).slice(0, 1))).went).toEqual(['11 module', '719 module']);
  });

  it('is never an address of another app or robot, or one that is not enabled', async () => {
    const { went } = await route(({ url }) => [
      entry(`${url}/module`),
      entry(`${url}/other-app`, { appId: '20180740' }),
      entry(`${url}/other-robot`, { robotId: '111111' }),
      entry(`${url}/off`, { appId: '20180739', robotId: '719', enabled: false }),
    ]);
    expect(went).toEqual(['11 module', '719 module']);
  });

  it('is nowhere without an address: the push is not owed, and the journal says so', async () => {
    const { went, outbox } = await route(({ url }) => [entry(`${url}/only-719`, { robotId: '719' })]);
    expect(went).toEqual(['719 only-719']);
    // 1 delivered, 3 no url.
    expect(outbox.map(({ state, tries }) => [state, tries]).sort()).toEqual([
      [1, 1],
      [1, 1],
      [3, 0],
      [3, 0],
    ]);
  });
});

describe.concurrent('an answer', () => {
  it.for(['real', 'manual', 'x20'])(
    'after 2.5 s counts and after 3.6 s does not, on a clock that is %s',
    async (clock, { expect }) => {
      await using receiver = await TestReceiver.start();
      await using stage = await Stage.open({ receiver, clock, push: { retryDelays: [] } });
      // The outbound record is answered late, and the basic one just in time.
      receiver.answer = async ({ body }) => {
        await new Promise((resolve) => setTimeout(resolve, 'task_result' in body ? 3600 : 2500));
        return 'success';
      };
      await stage.callout(['19900001027']);
      await stage.advance(6 * SECOND);
      const attempts = await stage.attempts();
      const outbox = await stage.outbox();
      const found = outbox.map(({ variant, state }, i) => ({ variant, state, attempt: attempts[i] }));
      const basic = found.find(({ variant }) => variant === 'basic');
      const outbound = found.find(({ variant }) => variant === 'outbound');
      expect(basic).toMatchObject({ state: 1, attempt: { status: 200, answer: 'success', error: null } });
      expect(basic?.attempt?.took_ms).toBeGreaterThanOrEqual(2490);
      expect(basic?.attempt?.took_ms).toBeLessThan(3000);
      expect(outbound).toMatchObject({ state: 2, attempt: { answer: null, error: 'timed out after 3 s' } });
      expect(outbound?.attempt?.took_ms).toBeGreaterThanOrEqual(2990);
      expect(outbound?.attempt?.took_ms).toBeLessThan(3500);
    },
  );
});

describe('a push that fails', () => {
  /** Seconds from the first attempt to each, of every push there was. */
  async function spacing(stage: Stage): Promise<number[][]> {
    const attempts = await stage.attempts();
    const byPush = Map.groupBy(attempts, ({ outbox_id }) => outbox_id);
    return [...byPush.values()].map((own) => own.map((attempt) => (attempt.at - (own[0]?.at ?? 0)) / 1000));
  }

  it('is tried four times, 5, 30 and 60 s after the end of the attempt before', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => '{"code":0,"message":"ok"}';
    await using stage = await Stage.open({ receiver });
    await stage.callout([ORDINARY]);
    await stage.idle();
    expect(await spacing(stage)).toEqual(Array(4).fill([0, 5, 35, 95]));
    expect(receiver.got).toHaveLength(16);
    const bodies = Map.groupBy(receiver.got, ({ text }) => text);
    expect([...bodies.values()].map((same) => same.length)).toEqual([4, 4, 4, 4]);
    expect((await stage.outbox()).every(({ state, tries }) => state === 2 && tries === 4)).toBe(true);
  });

  it('by time-outs is tried 3 s later each time, without any wall time', async () => {
    await using stage = await Stage.open();
    await stage.addFault({ on: 'push', network: 'timeout' });
    await stage.callout([NEVER_RANG]);
    const startedAt = performance.now();
    await stage.idle();
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(await spacing(stage)).toEqual(Array(2).fill([0, 8, 41, 104]));
    const errors = (await stage.attempts()).map(({ error }) => error);
    expect(errors).toEqual(Array(8).fill('timed out after 3 s'));
  });

  it('is delivered by the attempt that succeeds, and not tried again', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = ({ text }) =>
      receiver.got.filter((got) => got.text === text).length === 3 ? 'ok, "success"' : 'fail';
    await using stage = await Stage.open({ receiver });
    await stage.callout([NEVER_RANG]);
    await stage.idle();
    expect(await spacing(stage)).toEqual(Array(2).fill([0, 5, 35]));
    expect((await stage.outbox()).map(({ state, tries }) => [state, tries])).toEqual([
      [1, 3],
      [1, 3],
    ]);
  });

  it('keeps the delays that are set', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({ receiver, push: { retryDelays: [1000, 1000] } });
    await stage.callout([NEVER_RANG]);
    await stage.idle();
    expect(await spacing(stage)).toEqual(Array(2).fill([0, 1, 2]));
  });
});

describe('a receiver that hangs', () => {
  it('delays nobody else, and holds only so many places', async () => {
    await using hanging = await TestReceiver.start();
    await using quick = await TestReceiver.start();
    const release = Promise.withResolvers<string>();
    hanging.answer = () => release.promise;
    await using stage = await Stage.open({
      clock: 'x1000',
      fixtures: {
        lines: [aLine('L', 100)],
        urls: urlsTo(quick).map((one) =>
          one.module === 'receiveCallRecord' ? { ...one, url: `${hanging.url}/receiveCallRecord` } : one,
        ),
      },
    });
    await stage.callout(Array(50).fill('19900005001') as string[], { line: 'L' });
    // All dialogues and recordings are in, while not one of the 100 records is answered.
    await quick.until(() => quick.got.length === 100);
    await hanging.until(() => hanging.open === 16);
    expect(hanging.mostOpen).toBe(16);
    release.resolve('success');
    await hanging.until(
      () => new Set(hanging.got.map(({ text }) => text)).size === 100 && hanging.open === 0,
    );
    expect(hanging.mostOpen).toBe(16);
  });
});

describe('the failure file of a day', () => {
  /** Two days of calls; a third of the pushes is lost, and some are delivered at the last moment. */
  async function lose(dataDir?: string) {
    const receiver = await TestReceiver.start();
    receiver.answer = ({ text }) => {
      const lot = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7) % 6;
      const attempts = receiver.got.filter((got) => got.text === text).length;
      return lot < 2 || (lot === 2 && attempts < 4) ? 'try again' : 'success';
    };
    const stage = await Stage.open({ receiver, ...(dataDir === undefined ? {} : { dataDir }) });
    await stage.callout(numbersFrom(0, 20));
    await stage.callIn();
    await stage.advanceTo(at('2026-01-06 09:30'));
    const lost = await lostSoFar(stage, receiver);
    return { stage, receiver, lost };
  }

  /** The lines that belong into a file: bodies as they came, of the pushes that failed. */
  async function lostSoFar(stage: Stage, receiver: TestReceiver): Promise<Map<string, string[]>> {
    const failed = (await stage.outbox()).filter(({ state }) => state === 2);
    const uuids = new Map((await stage.calls()).map(({ id, uuid }) => [id, uuid]));
    const lines = failed.map((row) => {
      const sent = receiver.got.filter(
        (got) =>
          got.body.call_uuid === uuids.get(row.call_id) &&
          got.module === row.module &&
          (row.variant === 'outbound') === 'task_result' in got.body,
      );
      expect(sent).toHaveLength(4);
      expect(new Set(sent.map(({ text }) => text)).size).toBe(1);
      return {
        module: row.module,
        text: `{"data":${sent[0]?.text},"module":"${row.module}","retryTimes":4,"timestamp":${row.created_at}}`,
      };
    });
    const byModule = Map.groupBy(lines, ({ module }) => module);
    return new Map([...byModule].map(([module, own]) => [module, own.map(({ text }) => text)]));
  }

  async function listed(stage: Stage, date?: string): Promise<string[]> {
    const result = await stage.ask('failed', date === undefined ? {} : { date });
    return Object.values(result).flat() as string[];
  }

  async function download(stage: Stage, path: string) {
    const response = await stage.app.request(`/push_download/${path}`);
    if (response.status !== 200) return null;
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-zip-'));
    const zip = join(folder.path, 'file.zip');
    await writeFile(zip, Buffer.from(await response.arrayBuffer()));
    return new Map((await unzip(zip)).map(({ name, text }) => [name, text]));
  }

  it('holds exactly what was lost on it, as it was sent, below nested folders', async () => {
    const { stage, receiver, lost } = await lose();
    await using _ = stage;
    await using __ = receiver;
    const [path = '', ...more] = await listed(stage);
    expect(more).toEqual([]);
    expect(path).toMatch(/^167\/2026-01-05\/(0[0-9A-F]){16}\.zip$/);
    const files = await download(stage, path);
    const expected = [...lost].map(([module, lines]) => [
      `167/2026-01-05/${module}/${module}.json`,
      lines.sort(),
    ]);
    const found = [...(files ?? [])].map(([name, text]) => [name, text.split('\n').sort()]);
    expect(found.sort()).toEqual(expected.sort());
    // Some of each kind were lost, and most were not; and not one of those stands in it.
    expect([...lost.keys()].sort()).toEqual(['receiveCallRecord', 'receiveDialog', 'receiveVoice']);
    const outbox = await stage.outbox();
    expect(outbox.filter(({ state, tries }) => state === 1 && tries === 4).length).toBeGreaterThan(0);
    expect(outbox.filter(({ state }) => state === 1).length).toBeGreaterThan(
      outbox.filter(({ state }) => state === 2).length,
    );
  });

  it('is offered from the next day on for 7 days, and gone at the midnight after', async () => {
    const { stage, receiver } = await lose();
    await using _ = stage;
    await using __ = receiver;
    const [path = ''] = await listed(stage);
    for (let day = 6; day <= 12; day++) {
      await stage.advanceTo(at(`2026-01-${String(day).padStart(2, '0')} 23:59:59`));
      expect(await listed(stage)).toEqual([path]);
      expect(await listed(stage, '2026-01-05')).toEqual([path]);
      expect(await listed(stage, '2026-01-06')).toEqual([]);
      expect(await download(stage, path)).not.toBeNull();
    }
    await stage.advance(SECOND);
    expect(await listed(stage)).toEqual([]);
    expect(await listed(stage, '2026-01-05')).toEqual([]);
    expect(await download(stage, path)).toBeNull();
  });

  it('is not offered on the day itself, nor to another enterprise', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({ receiver });
    await stage.callout([NEVER_RANG]);
    await stage.advanceTo(at('2026-01-05 23:59:59'));
    expect(await listed(stage)).toEqual([]);
    expect(await listed(stage, '2026-01-05')).toEqual([]);
    await stage.advance(SECOND);
    expect(await listed(stage, '2026-01-05')).toHaveLength(1);
    const other = await PlatformClient.open(stage.app, APPS.poor);
    const { result } = await other.call('failed', {});
    expect(Object.values(result).flat()).toEqual([]);
  });

  it('is that of the day on which the last attempt failed', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({ receiver });
    await stage.advanceTo(at('2026-01-05 23:57:00'));
    await stage.callout([NEVER_RANG]);
    await stage.advance(100 * SECOND);
    await stage.callout([NEVER_RANG]);
    await stage.advanceTo(at('2026-01-07 00:00:00'));
    const [first = '', second = '', ...more] = await listed(stage);
    expect(more).toEqual([]);
    expect([first, second].map((path) => path.slice(0, 15))).toEqual(['167/2026-01-05/', '167/2026-01-06/']);
    for (const [path, dial] of [
      [first, at('2026-01-05 23:57:00')],
      [second, at('2026-01-05 23:58:40')],
    ] as const) {
      const lines = [...((await download(stage, path))?.values() ?? [])].flatMap((text) => text.split('\n'));
      const dials = lines.flatMap((line) => JSON.parse(line).data.time_dial ?? []);
      expect(lines).toHaveLength(2);
      expect(dials).toEqual([dial]);
    }
  });

  it('waits at midnight for the attempts of the day that are still under way', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return 'no';
    };
    // No grace at all: time runs on while the receiver thinks.
    await using stage = await Stage.open({ receiver, grace: 0 });
    await stage.advanceTo(at('2026-01-05 23:57:00'));
    await stage.callout(Array(20).fill(NEVER_RANG) as string[], { line: '69101338' });
    await stage.advanceTo(at('2026-01-06 00:00:01'), { overlap: true });
    const paths = await listed(stage);
    expect(paths).toHaveLength(1);
    const files = await download(stage, paths[0] ?? '');
    const lines = [...(files?.values() ?? [])].flatMap((text) => text.split('\n'));
    expect(lines).toHaveLength(40);
  });

  it('does not exist for a day on which nothing was lost', async () => {
    await using stage = await Stage.open();
    await stage.callout([ORDINARY]);
    await stage.advance(2 * DAY);
    expect(await listed(stage)).toEqual([]);
    expect(await stage.rows('SELECT * FROM push_file')).toEqual([]);
  });
});
