import { describe, expect, it } from 'vitest';
import { readTargets } from '../../../src/cli/probe/target.ts';

const AT = 'http://127.0.0.1:9000';

describe('what is probed', () => {
  it('is, for a url alone, what --push-url would push to', () => {
    expect(readTargets([`${AT}/yeta/`, `${AT}/{module}/in`])).toEqual([
      {
        name: `${AT}/yeta/`,
        urls: {
          receiveCallRecord: `${AT}/yeta/receiveCallRecord`,
          receiveVoice: `${AT}/yeta/receiveVoice`,
          receiveDialog: `${AT}/yeta/receiveDialog`,
        },
      },
      {
        name: `${AT}/{module}/in`,
        urls: {
          receiveCallRecord: `${AT}/receiveCallRecord/in`,
          receiveVoice: `${AT}/receiveVoice/in`,
          receiveDialog: `${AT}/receiveDialog/in`,
        },
      },
    ]);
  });

  it('is one receiver for addresses of single modules, told by their name or their end', () => {
    expect(readTargets([`receiveDialog=${AT}/dialog?a=b`, `${AT}/x/receiveVoice`])).toEqual([
      {
        name: `${AT}/dialog?a=b ${AT}/x/receiveVoice`,
        urls: { receiveDialog: `${AT}/dialog?a=b`, receiveVoice: `${AT}/x/receiveVoice` },
      },
    ]);
  });

  it('is one address of each module: a second one would not be probed', () => {
    expect(() => readTargets([`${AT}/a/receiveDialog`, `receiveDialog=${AT}/b`])).toThrow(
      /"receiveDialog=.*", a second address of receiveDialog/,
    );
  });

  it('is nothing that is no address; all of it is said at once', () => {
    expect(() => readTargets(['9000', `receiveAll=${AT}`, 'receiveDialog=x', `getSemantics=${AT}`])).toThrow(
      /"9000"[\s\S]*"receiveAll=[\s\S]*"receiveDialog=x"[\s\S]*"getSemantics=/,
    );
  });
});
