import type { OpenFile } from '../../sim/push/file.ts';

const BLOCK_BYTES = 64 * 1024;

/** Block by block as the client takes it; closes the file at the end, on an error, and when the client goes. */
export function streamFile(file: OpenFile): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const block = await file.read(position, Math.min(BLOCK_BYTES, file.size - position));
          position += block.length;
          if (block.length > 0) controller.enqueue(block);
          if (position < file.size && block.length > 0) return;
          await file.close();
          controller.close();
        } catch (error) {
          await file.close();
          throw error;
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}
