import { issueToken } from '../../sim/account/token.ts';
import { integer, object, promised, string } from '../openapi/schema.ts';
import { required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const token = defineOperation({
  name: 'token',
  path: '/openapi/oauth/v1/token',
  right: 'none',
  effect: 'write',
  fields: {
    app_key: required(text()),
    app_secret: required(text()),
  },
  page: {
    title: '获取token · Get a token',
    text: '获取授权令牌。请求本接口之外的其它接口时,必须在接口url中通过token参数携带令牌。令牌有效期默认1小时,需要在过期前重新获取。\n\nWhile a token is valid the same one is returned again, with the seconds that are left (seen).',
    fields: {
      app_key: '应用的app_key · key of the app',
      app_secret: '应用的app_secret · secret of the app',
    },
    result: object({
      token: promised(
        string('令牌 · the token, for the query of every other call', { pattern: '^[0-9a-f]{32}$' }),
      ),
      time_expire: promised(integer('有效期,单位:秒。默认3600 · seconds it is valid', { minimum: 1 })),
    }),
    refusals: ['wrong-credentials'],
  },
  run(world, _account, input) {
    const issued = issueToken(world, input.app_key, input.app_secret);
    return { token: issued.token, time_expire: issued.expiresIn };
  },
});
