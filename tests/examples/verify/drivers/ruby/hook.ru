# Serve the Rack application; unless OWN is set, each request sets its clock, tolerance and secrets.
require_relative "hook"
require_relative "given"

use Given, ->(now, tolerance_ms, secrets) do
  Hook.clock = -> { now }
  Hook.tolerance_ms = tolerance_ms
  Hook.secrets = secrets
end
use Rack::MethodOverride # reads a form first
map("/hooks/orders") { run Hook }
