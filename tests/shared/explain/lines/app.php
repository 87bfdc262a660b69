<?php
header('Content-Type: application/octet-stream');
$parsed = $_POST;
echo
LINE
;
