<?php
// A client as integrators have it, with the platform's address in its code: a token, and the state of a task.
const PLATFORM = 'https://www.xfyeta.com';

function post(string $path, array $body): string
{
    $curl = curl_init(PLATFORM . $path);
    curl_setopt_array($curl, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_POSTFIELDS => json_encode((object) $body),
        CURLOPT_HTTPHEADER => ['Content-Type: application/json;charset=UTF-8'],
    ]);
    $answer = curl_exec($curl);
    if ($answer === false) {
        throw new RuntimeException(curl_error($curl));
    }
    return $answer;
}

$answer = json_decode(post('/openapi/oauth/v1/token', ['app_key' => $argv[1], 'app_secret' => $argv[2]]));
echo post('/openapi/outbound/v1/task/query?token=' . $answer->result->token, []), "\n";
