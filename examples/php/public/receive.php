<?php

declare(strict_types=1);

// POST /yeta/<module> is what the platform is given as the address of its pushes.
require_once __DIR__ . '/../src/CallStore.php';

$push = json_decode((string) file_get_contents('php://input'), true, 512, JSON_THROW_ON_ERROR);
(new CallStore((string) getenv('CALLS_FILE')))->keep($push);

// Kept, and nothing else: the answer has to be there within 3 seconds, and needs the word success.
header('Content-Type: application/json');
echo '{"code":0,"message":"success"}';
