import { issueToken } from '../../sim/account/token.ts';
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
  run(world, _account, input) {
    const issued = issueToken(world, input.app_key, input.app_secret);
    return { token: issued.token, time_expire: issued.expiresIn };
  },
});
