import type { JsonSchema } from './schema.ts';

const inPath = (name: string, schema: JsonSchema, description: string): JsonSchema => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', ...schema },
  description,
});

const NOT_FOUND: JsonSchema = { description: 'There is no such file' };

/** The files that `push/failed` and the voice push name; none of them needs a token. */
export const downloadPaths: JsonSchema = {
  '/push_download/{business_id}/{date}/{file}': {
    get: {
      operationId: 'pushDownload',
      tags: ['files'],
      summary: '下载推送失败记录 · Download a file of failed pushes',
      description:
        'zip文件中可能包含多个文件或多层文件夹 · a zip with a file per module below nested folders; each line of a file is a FailureLine.',
      security: [],
      parameters: [
        inPath('business_id', {}, '企业id · enterprise'),
        inPath('date', { format: 'date' }, '日期 · day'),
        inPath('file', { pattern: '^[0-9A-Za-z]{1,64}\\.zip$' }, '文件 · file'),
      ],
      responses: {
        200: { description: 'The zip', content: { 'application/zip': {} } },
        404: NOT_FOUND,
      },
    },
  },
  '/voice/ant/{number}/ivr/0/{year}/{month}/{day}/0/{file}': {
    get: {
      operationId: 'voice',
      tags: ['files'],
      summary: '录音 · Download a recording',
      description:
        'The `url` of a voice push below `/voice/`, or below `/` for clients that set the bare host as their prefix (seen). `Range` and `If-None-Match` are answered.',
      security: [],
      parameters: [
        inPath('number', { pattern: '^\\d{1,15}$' }, 'tells enterprises apart'),
        inPath('year', { pattern: '^\\d{4}$' }, 'of the call'),
        inPath('month', { pattern: '^\\d\\d$' }, 'of the call'),
        inPath('day', { pattern: '^\\d\\d$' }, 'of the call'),
        inPath('file', { pattern: '^\\d{8}-[0-9a-f-]{36}\\.wav$' }, 'eight digits and the uuid of the call'),
      ],
      responses: {
        200: { description: 'The recording', content: { 'audio/wav': {} } },
        206: { description: 'The part of it that was asked for', content: { 'audio/wav': {} } },
        304: { description: 'The recording that the client has already' },
        404: NOT_FOUND,
        416: { description: 'The recording has no such part' },
      },
    },
  },
};
