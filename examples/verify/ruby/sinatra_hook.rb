# Receive HTTP tasks with Sinatra (Ruby 2.7 or newer). config.ru: require_relative "sinatra_hook"; run Hooks
#
# The raw-body trap: Rack::MethodOverride, which a classic application has in front, and `params` read a
# form before the route does; rewind the body. What JSON.generate makes anew is not what was signed.
require "openssl"
require "sinatra/base"

class Hooks < Sinatra::Base
  secrets = ENV.values_at("HOOK_SECRET", "HOOK_SECRET_OLD").reject { |one| one.to_s.empty? } # newest first
  set :secrets, secrets
  set :tolerance_ms, 300_000
  set :clock, -> { (Time.now.to_r * 1000).to_i } # Sinatra calls it when it is asked for

  post "/hooks/orders" do
    request.body.rewind if request.body.respond_to?(:rewind)
    body = request.body.read(1_000_001) || ""
    halt 413 if body.bytesize > 1_000_000
    header = request.get_header("HTTP_X_WEBHOOK_SIGNATURE") # two lines come joined, and are refused
    digest = Hooks.signed(body, header, settings.secrets, settings.clock, settings.tolerance_ms)
    halt 401, "refused" if digest.nil?
    # A retry is harmless once both keys are unique, in one transaction with the effect:
    #   CREATE TABLE seen (key TEXT PRIMARY KEY)
    #   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
    #   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
    #   3. the effect
    # A first attempt may come without a GUID: a key of your own inside the signed body is surer.
    "done"
  end

  ELEMENT = /\A([!\#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)\z/

  # The digest of the signed bytes, or nil: refuse the request with 401. `header` is the value of the one
  # X-Webhook-Signature line, `now` Unix time in milliseconds.
  def self.signed(body, header, secrets, now, tolerance_ms)
    return if header.nil? || header.bytesize > 4096
    times, macs = [], []
    header.b.split(",", -1).each_with_index do |text, number|
      name, value = ELEMENT.match(number > 0 ? text.sub(/\A +/, "") : text)&.captures
      return if name.nil?
      times << value if name == "t"
      macs << value if name == "sha256"
    end
    return unless times.size == 1 && macs.size.between?(1, 5)
    return unless times[0].match?(/\A(0|[1-9][0-9]{0,14})\z/) && times[0].to_i <= 253402300799999
    return unless macs.all? { |mac| mac.match?(/\A[0-9a-f]{64}\z/) }
    message = "#{times[0]}.".b + body.b
    expected = secrets.map { |secret| OpenSSL::HMAC.hexdigest("SHA256", secret, message) }
    fits = macs.product(expected).map { |mac, good| OpenSSL.fixed_length_secure_compare(mac, good) }
    return unless fits.any?
    time_ms = times[0].to_i * (times[0].to_i >= 100_000_000_000 ? 1 : 1000)
    return if (now - time_ms).abs > tolerance_ms
    OpenSSL::Digest::SHA256.hexdigest("http-task\n".b + message)
  end
end
