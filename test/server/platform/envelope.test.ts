import { describe, expect, it } from 'vitest';
import { answerFault, answerOk, answerRefusal, writeRowIds } from '../../../src/server/platform/envelope.ts';
import { largeIds } from '../../../src/sim/task/wire-id.ts';

describe('an envelope', () => {
  it('of success carries the result', async () => {
    const { code, response } = answerOk({ task_id: '129' });
    expect(code).toBe(0);
    expect(await response.text()).toBe('{"code":0,"message":"ok","result":{"task_id":"129"}}');
  });

  it('of a refusal carries its code, its text and an empty object', async () => {
    const { code, response } = answerRefusal('line-held');
    expect(code).toBe(3030002);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('{"code":3030002,"message":"号码被占用","result":{}}');
  });

  it('tells its type and its length in bytes', async () => {
    const { response } = answerRefusal('busy');
    expect(response.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(response.headers.get('content-length')).toBe(String((await response.arrayBuffer()).byteLength));
  });

  it('writes row ids above 2^53 to the digit', async () => {
    const { response } = answerOk(writeRowIds(largeIds(''), { first: 2_000_000, count: 2 }));
    expect(await response.text()).toContain(
      `"total":2,"task_data_ids":[${largeIds('').row(2_000_000)},${largeIds('').row(2_000_001)}]`,
    );
  });

  it.each([
    [10004, 503, '{"code":10004,"message":"服务忙,请稍后再试","result":{}}'],
    [0, 200, '{"code":0,"message":"ok","result":{}}'],
    [777, 200, '{"code":777,"message":"777","result":{}}'],
  ])('of a fault with code %d and status %d', async (code, status, text) => {
    const { response } = answerFault(code, status);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(text);
  });

  it('has no body where the status allows none', async () => {
    const { code, response } = answerFault(10004, 204);
    expect([code, response.status, await response.text()]).toEqual([null, 204, '']);
  });
});
