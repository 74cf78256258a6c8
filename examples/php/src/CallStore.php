<?php

declare(strict_types=1);

/** What is known of each call. */
final class CallStore
{
    private const SCHEMA = 'CREATE TABLE IF NOT EXISTS call(
        call_uuid TEXT PRIMARY KEY, task_data_id TEXT, result TEXT, talked INTEGER, dialog TEXT, recording TEXT
    )';

    /**
     * A call is told of by up to four pushes, in any order, and each of them may come again: so each writes what it
     * knows into the one row of its call, and leaves the rest of the row as it is.
     */
    private const MERGE = 'INSERT INTO call VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(call_uuid) DO UPDATE SET
        task_data_id = coalesce(excluded.task_data_id, task_data_id),
        result = coalesce(excluded.result, result),
        talked = coalesce(excluded.talked, talked),
        dialog = coalesce(excluded.dialog, dialog),
        recording = coalesce(excluded.recording, recording)';

    private readonly PDO $database;

    public function __construct(string $file)
    {
        $this->database = new PDO("sqlite:$file");
        $this->database->exec(self::SCHEMA);
    }

    public function keep(array $push): void
    {
        $this->database->prepare(self::MERGE)->execute([
            $push['call_uuid'],
            $push['task_data_id'] ?? null,
            $push['task_result'] ?? null,
            $push['duration_call'] ?? null,
            isset($push['dialog']) ? json_encode($push['dialog'], JSON_UNESCAPED_UNICODE) : null,
            $push['url'] ?? null,
        ]);
    }

    public function callOf(string $taskDataId): ?array
    {
        $found = $this->database->prepare('SELECT * FROM call WHERE task_data_id = ?');
        $found->execute([$taskDataId]);
        return $found->fetch(PDO::FETCH_ASSOC) ?: null;
    }
}
