<?php

declare(strict_types=1);

/** The few calls of the platform that this service needs. */
final class YetaClient
{
    /** More in one request are refused (200213). */
    private const MOST_ROWS = 50;
    private const TOKEN_EXPIRED = 10001;
    /** Seconds; a token is not used in its last minute: the request may take a while. */
    private const MARGIN = 60;

    private string $token = '';
    private int $expiresAt = 0;

    public function __construct(
        private readonly string $url,
        private readonly string $appKey,
        private readonly string $appSecret,
    ) {
    }

    /**
     * Submits numbers.
     *
     * @param list<array{string, string}> $customers phone and name
     * @return list<string> the platform's ids of them, in the same order
     */
    public function callOut(array $customers): array
    {
        $ids = [];
        foreach (array_chunk($customers, self::MOST_ROWS) as $rows) {
            $result = $this->call('/openapi/outbound/v1/task/callout', [
                'line_num' => '69101338',
                'robot_id' => '719',
                'call_column' => ['客户手机号码', '姓名'],
                'call_list' => $rows,
            ]);
            array_push($ids, ...array_map('strval', $result['task_data_ids']));
        }
        return $ids;
    }

    private function call(string $path, array $fields): array
    {
        if (time() >= $this->expiresAt) {
            $this->renewToken();
        }
        $answer = $this->post("$path?token=$this->token", $fields);
        if ($answer['code'] === self::TOKEN_EXPIRED) {
            $this->renewToken();
            $answer = $this->post("$path?token=$this->token", $fields);
        }
        return $this->resultOf($path, $answer);
    }

    /** One token serves for an hour; asking for one before each call is a habit that hurts. */
    private function renewToken(): void
    {
        $path = '/openapi/oauth/v1/token';
        $fields = ['app_key' => $this->appKey, 'app_secret' => $this->appSecret];
        $result = $this->resultOf($path, $this->post($path, $fields));
        $this->token = $result['token'];
        $this->expiresAt = time() + $result['time_expire'] - self::MARGIN;
    }

    private function resultOf(string $path, array $answer): array
    {
        if ($answer['code'] !== 0) { // would be the same the next time: it is for a person
            throw new RuntimeException("$path: {$answer['code']} {$answer['message']}");
        }
        return $answer['result'];
    }

    private function post(string $path, array $fields): array
    {
        $body = file_get_contents($this->url . $path, false, stream_context_create(['http' => [
            'method' => 'POST',
            'header' => 'Content-Type: application/json;charset=UTF-8',
            'content' => json_encode($fields, JSON_THROW_ON_ERROR),
            'timeout' => 10,
        ]]));
        // Ids have 18 digits: a float would cut them.
        return json_decode((string) $body, true, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    }
}
