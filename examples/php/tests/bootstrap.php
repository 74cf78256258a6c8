<?php

declare(strict_types=1);

// With Composer: vendor/autoload.php. This does without.
foreach (glob(__DIR__ . '/../{src,tests}/[A-Z]*.php', GLOB_BRACE) as $file) {
    if (!str_ends_with($file, 'Test.php')) {
        require_once $file;
    }
}
