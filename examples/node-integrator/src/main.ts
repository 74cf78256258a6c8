import { startService } from './service.ts';

const {
  YETA_URL = 'https://www.xfyeta.com',
  YETA_APP_KEY = '',
  YETA_APP_SECRET = '',
  PORT = '9000',
} = process.env;

const { url } = await startService({
  yeta: { url: YETA_URL, appKey: YETA_APP_KEY, appSecret: YETA_APP_SECRET },
  port: Number(PORT),
  database: 'calls.sqlite',
});
console.log(`listening on ${url}, pushes to ${url}/yeta/<module>`);
