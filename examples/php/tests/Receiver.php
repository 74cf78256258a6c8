<?php

declare(strict_types=1);

/** public/receive.php behind PHP's own web server, on a free port. */
final class Receiver
{
    public readonly string $url;
    /** @var resource */
    private $process;

    public function __construct(string $callsFile)
    {
        $port = $this->findPort();
        $this->url = "http://127.0.0.1:$port/yeta";
        $this->process = proc_open(
            [PHP_BINARY, '-S', "127.0.0.1:$port", __DIR__ . '/../public/receive.php'],
            [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['pipe', 'w']],
            $pipes,
            null,
            ['CALLS_FILE' => $callsFile] + getenv(),
        );
        // It says so once it listens. What it says later is not read, and stays short of what a pipe holds.
        fgets($pipes[2]);
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        proc_close($this->process);
    }

    private function findPort(): int
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        [, $port] = explode(':', stream_socket_get_name($socket, false));
        fclose($socket);
        return (int) $port;
    }
}
