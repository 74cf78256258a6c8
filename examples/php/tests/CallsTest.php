<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

final class CallsTest extends TestCase
{
    private Universe $sim;
    private Receiver $receiver;
    private string $file;

    protected function setUp(): void
    {
        $this->file = tempnam(sys_get_temp_dir(), 'calls');
        $this->receiver = new Receiver($this->file);
        $this->sim = new Universe($this->toString());
        $this->sim->pushTo($this->receiver->url);
    }

    protected function tearDown(): void
    {
        $this->sim->end();
        $this->receiver->stop();
        unlink($this->file);
    }

    public function testEveryCustomerHasAResultWordsAndARecordingHoweverThePushesCome(): void
    {
        // Magic numbers: pushed twice, records swapped, dialogue first, all of it 3 minutes late; and one who never answers.
        $phones = ['19900006001', '19900006002', '19900006004', '19900006005', '19900001020'];
        $ids = $this->sim->client()->callOut(array_map(fn (string $phone) => [$phone, '张先生'], $phones));
        $this->sim->advanceUntilIdle();

        $calls = array_map([new CallStore($this->file), 'callOf'], $ids);
        $missed = array_pop($calls);
        foreach ($calls as $call) {
            self::assertSame('0', $call['result']);
            self::assertStringContainsString('张先生', $call['dialog']);
            self::assertStringEndsWith('.wav', $call['recording']);
        }
        self::assertSame(['20', 0, null], [$missed['result'], $missed['talked'], $missed['recording']]);
        self::assertSame(['delivered'], array_values(array_unique(array_column($this->sim->list('pushes'), 'state'))));
        self::assertSame([], $this->sim->list('findings'));
    }
}
