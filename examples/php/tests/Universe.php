<?php

declare(strict_types=1);

/** A yeta-sim for one test: a universe inside the one that runs at YETA_SIM_URL, over HTTP alone. */
final class Universe
{
    private const MODULES = ['receiveCallRecord', 'receiveDialog', 'receiveVoice'];

    public readonly string $url;
    private readonly array $made;

    public function __construct(string $name)
    {
        $this->url = getenv('YETA_SIM_URL') ?: 'http://127.0.0.1:8720';
        $this->made = $this->ask('POST', '/universes', ['name' => $name, 'seed' => 7, 'clock' => 'manual']);
    }

    public function client(): YetaClient
    {
        return new YetaClient($this->url, $this->made['appKey'], $this->made['appSecret']);
    }

    public function pushTo(string $address): void
    {
        $urls = array_map(fn (string $module) => ['module' => $module, 'url' => "$address/$module"], self::MODULES);
        $this->ask('PUT', $this->path('/urls'), ['businessId' => $this->made['businessId'], 'urls' => $urls]);
    }

    /** Until nothing is left to happen: every call has ended, every push has been sent. */
    public function advanceUntilIdle(): void
    {
        $this->ask('POST', $this->path('/clock/advance'), ['until' => 'idle']);
    }

    /** `calls`, `pushes`, `findings` … */
    public function list(string $what): array
    {
        return $this->ask('GET', $this->path("/$what"))['items'];
    }

    public function end(): void
    {
        $this->ask('DELETE', $this->path(''));
    }

    private function path(string $below): string
    {
        return "/universes/{$this->made['id']}$below";
    }

    private function ask(string $method, string $path, ?array $fields = null): array
    {
        $body = file_get_contents("$this->url/_sim$path", false, stream_context_create(['http' => [
            'method' => $method,
            'header' => 'Content-Type: application/json',
            'content' => $fields === null ? '' : json_encode($fields, JSON_THROW_ON_ERROR),
        ]]));
        return json_decode((string) $body, true, 512, JSON_THROW_ON_ERROR);
    }
}
