<?php
// Run the snippet with the clock, tolerance and secrets that the request's own headers say.
[$now, $toleranceMs] = [(int) $_SERVER['HTTP_VECTOR_NOW'], 1000 * (int) $_SERVER['HTTP_VECTOR_TOLERANCE']];
$secrets = array_map(hex2bin(...), explode(',', $_SERVER['HTTP_VECTOR_SECRETS']));
require 'hook.php';
